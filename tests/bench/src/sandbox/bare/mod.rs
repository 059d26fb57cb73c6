//! The yardstick: wasmtime as it comes, with its pool and nothing else. No limits, no epochs, no fibers, no metrics; what a
//! component imports beside the vault traps.

mod bindings;
mod vault;

use anyhow::Context as _;
use wasmtime::component::{Component, ComponentExportIndex, HasSelf, Instance, InstancePre, Linker};
use wasmtime::{Config, Enabled, Engine, InstanceAllocationStrategy, PoolingAllocationConfig, Store};

use super::arguments::{Case, Cases, TEXT, made_of};
use super::calls::{Contender, Function, Language, Way, timed};
use super::components::{component, skills};
use bindings::exports::sportello::plugin::{channel, nlu, skill};
use bindings::sportello::plugin::{types, understanding};
use vault::State;

made_of!(types: types, channel: channel, skill: skill, Turn, understanding);

/// Bytes of a memory that stay resident between two calls, as in the host.
const RESIDENT: usize = 2 << 20;
/// The same of a table.
const RESIDENT_TABLE: usize = 64 << 10;

/// No exchange has happened before.
const NONE: &[types::Exchange] = &[];

/// One call of a function that was looked up before: the wrapper that the generator makes would compare the types of all
/// functions of the component each time.
macro_rules! call {
    ($store:expr, $instance:expr, $export:expr, ($($argument:expr),*) -> $result:ty) => {{
        let function = $instance.get_typed_func::<_, ($result,)>(&mut *$store, $export)?;
        let (result,) = function.call(&mut *$store, ($($argument,)*))?;
        Ok(result)
    }};
}

/// The components, compiled and linked.
pub(super) struct Bare<'a> {
    cases: &'a Cases,
    model: &'a [u8],
    engine: Engine,
    channel: InstancePre<State>,
    skills: Vec<(Language, InstancePre<State>)>,
    nlu: InstancePre<State>,
}

impl<'a> Bare<'a> {
    pub(super) fn new(cases: &'a Cases, model: &'a [u8]) -> anyhow::Result<Self> {
        let mut pool = PoolingAllocationConfig::new();
        pool.linear_memory_keep_resident(RESIDENT)
            .table_keep_resident(RESIDENT_TABLE)
            .pagemap_scan(Enabled::Auto)
            .max_core_instances_per_component(64)
            .max_memories_per_component(2)
            .max_tables_per_component(64)
            .table_elements(100_000)
            .max_memory_size(512 << 20);
        let mut config = Config::new();
        config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
        let engine = Engine::new(&config)?;
        let linked = |component: &[u8]| {
            let component = Component::new(&engine, component)?;
            let mut linker = Linker::<State>::new(&engine);
            bindings::sportello::plugin::vault::add_to_linker::<_, HasSelf<_>>(&mut linker, |state| state)?;
            linker.define_unknown_imports_as_traps(&component)?;
            anyhow::Ok(linker.instantiate_pre(&component)?)
        };
        let (channel, nlu) = (linked(&component("whatsapp")?)?, linked(&component("intents")?)?);
        let mut linked_skills = vec![];
        for (language, skill) in skills()? {
            linked_skills.push((language, linked(&skill)?));
        }
        Ok(Self { cases, model, engine, channel, skills: linked_skills, nlu })
    }

    pub(super) fn contenders(&self) -> anyhow::Result<Vec<Contender<'_>>> {
        let mut contenders = vec![self.analyze()?];
        for way in [Way::BareFresh, Way::BareWarm] {
            contenders.push(self.receive(way)?);
            for (language, skill) in &self.skills {
                contenders.push(self.handle(way, *language, skill)?);
            }
            contenders.push(self.send(way)?);
        }
        Ok(contenders)
    }

    fn receive(&self, way: Way) -> anyhow::Result<Contender<'_>> {
        let (context, webhook) = (context(&self.cases.receive), webhook(&self.cases.receive));
        let export = export(&self.channel, "channel", "receive")?;
        self.contender(Function::Receive, way, &self.channel, move |store, instance| {
            call!(store, instance, &export, (&context, &webhook, NONE) -> Result<channel::ReceiveStep, channel::Refusal>)
        })
    }

    fn send(&self, way: Way) -> anyhow::Result<Contender<'_>> {
        let (context, delivery) = (context(&self.cases.send), delivery(&self.cases.send));
        let export = export(&self.channel, "channel", "send")?;
        self.contender(Function::Send, way, &self.channel, move |store, instance| {
            call!(store, instance, &export, (&context, &delivery, NONE) -> Result<channel::SendStep, types::Failure>)
        })
    }

    fn handle<'b>(
        &'b self,
        way: Way,
        language: Language,
        component: &'b InstancePre<State>,
    ) -> anyhow::Result<Contender<'b>> {
        let (settings, turn) = (self.cases.handle.json("/settings"), turn(&self.cases.handle));
        let export = export(component, "skill", "handle")?;
        self.contender(Function::Handle(language), way, component, move |store, instance| {
            call!(store, instance, &export, (&settings, &turn) -> Result<skill::Outcome, types::Failure>)
        })
    }

    /// Warm alone: a fresh instance would first have to load the model.
    fn analyze(&self) -> anyhow::Result<Contender<'_>> {
        let circumstances = nlu::Circumstances { language: None, expected: vec![], now: 0 };
        let exports = nlu::GuestIndices::new(&self.nlu)?;
        let (mut store, instance) = self.instance(&self.nlu)?;
        let guest = exports.load(&mut store, &instance)?;
        let loaded = guest.model().call_load(&mut store, &"{}".to_owned(), self.model)?.map_err(anyhow::Error::msg)?;
        let calls = Box::new(move |count| {
            timed(vec![(); count], |()| Ok(guest.model().call_analyze(&mut store, loaded, TEXT, &circumstances)?))
        });
        Ok(Contender { function: Function::Analyze, way: Way::BareWarm, calls })
    }

    fn contender<'b, T: std::fmt::Debug>(
        &'b self,
        function: Function,
        way: Way,
        component: &'b InstancePre<State>,
        call: impl Fn(&mut Store<State>, &Instance) -> anyhow::Result<T> + 'b,
    ) -> anyhow::Result<Contender<'b>> {
        let mut kept = self.instance(component)?;
        Ok(Contender {
            function,
            way,
            calls: Box::new(move |count| {
                timed(vec![(); count], |()| {
                    if way == Way::BareWarm {
                        return call(&mut kept.0, &kept.1);
                    }
                    let (mut store, instance) = self.instance(component)?;
                    call(&mut store, &instance)
                })
            }),
        })
    }

    fn instance(&self, component: &InstancePre<State>) -> anyhow::Result<(Store<State>, Instance)> {
        let mut store = Store::new(&self.engine, State);
        let instance = component.instantiate(&mut store)?;
        Ok((store, instance))
    }
}

/// Where a function of the contract is found in a component.
fn export(component: &InstancePre<State>, interface: &str, function: &str) -> anyhow::Result<ComponentExportIndex> {
    let component = component.component();
    let interface = format!("sportello:plugin/{interface}@0.1.0");
    let within = component.get_export_index(None, &interface);
    let found = within.and_then(|within| component.get_export_index(Some(&within), function));
    found.with_context(|| format!("no export {interface} {function}"))
}
