//! The engine that runs compiled plugins, with its pool, sized explicitly.

use std::num::NonZeroUsize;

use wasmtime::{Config, Enabled, Engine, InstanceAllocationStrategy, OptLevel, PoolingAllocationConfig};

use crate::{config::HostConfig, error::HostError};

/// Bytes of stack for the guest's own calls; what goes deeper traps.
const GUEST_STACK: usize = 512 << 10;
/// Bytes of the stack that guest and host functions share.
const STACK: usize = 1 << 20;
/// Core instances and tables of one component: the adapters of toolchains make 3 to 5 of one module, and Python's, which links its
/// libraries as modules of their own, 38.
const MOST_PARTS: u32 = 64;
/// As many as there are for each call on average.
const PARTS: u32 = 12;
/// Elements of one table: the functions whose address is taken.
const TABLE_ELEMENTS: usize = 100_000;
/// Bytes of a memory that stay resident between two calls: to clear them is cheaper than to fault them in again.
const RESIDENT: usize = 2 << 20;
/// A memory's size is a multiple of it.
const PAGE: usize = 64 << 10;

/// What code is compiled for, whoever compiles it: the same in the compiling process and in the running one.
fn base() -> Config {
    let mut config = Config::new();
    config
        .cranelift_opt_level(OptLevel::Speed)
        .epoch_interruption(true)
        .max_wasm_stack(GUEST_STACK)
        .async_stack_size(STACK)
        .wasm_backtrace_max_frames(NonZeroUsize::new(12))
        .wasm_component_model(true);
    config
}

/// An engine that compiles and runs nothing. It reserves no pool, so that it works in a small address space.
pub(crate) fn compiler() -> Result<Engine, HostError> {
    Engine::new(&base()).map_err(|error| HostError::Engine(format!("{error:#}")))
}

/// An engine that runs what was compiled.
pub(crate) fn runner(config: &HostConfig) -> Result<Engine, HostError> {
    let mut settings = base();
    settings.allocation_strategy(InstanceAllocationStrategy::Pooling(pool(config)));
    Engine::new(&settings).map_err(|error| {
        HostError::Engine(format!(
            "no pool for {} calls at once: {error:#}; lower `total` of the concurrency, or raise the limit of the \
             address space (ulimit -v)",
            config.concurrency.total
        ))
    })
}

fn pool(config: &HostConfig) -> PoolingAllocationConfig {
    let slots = u32::try_from(config.slots()).unwrap_or(u32::MAX / PARTS);
    let memory = config.limits.memory.max(config.model_limits.memory).max(config.training_limits.memory);
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(slots)
        .total_core_instances(slots * PARTS)
        .total_memories(slots * 2)
        .total_tables(slots * PARTS)
        .total_stacks(slots)
        .max_core_instances_per_component(MOST_PARTS)
        .max_memories_per_component(2)
        .max_tables_per_component(MOST_PARTS)
        .table_elements(TABLE_ELEMENTS)
        .max_memory_size(memory.next_multiple_of(PAGE))
        .linear_memory_keep_resident(RESIDENT)
        .table_keep_resident(PAGE)
        .pagemap_scan(Enabled::Auto);
    pool
}

#[cfg(test)]
mod tests {
    use wasmtime::{
        Store,
        component::{Component, Linker},
    };

    use super::*;
    use crate::config::Compiler;

    /// A component of one empty module and forty instances of it, as the binary format has it.
    fn of_forty_parts() -> Vec<u8> {
        let mut component = b"\0asm\x0d\0\x01\0\x01\x08\0asm\x01\0\0\0\x02\x79\x28".to_vec();
        component.extend([0; 3 * 40]);
        component
    }

    #[test]
    fn a_component_that_links_its_libraries_as_modules_finds_room() {
        let engine = runner(&HostConfig::new(std::env::temp_dir(), Compiler::InProcess)).unwrap();
        let component = Component::new(&engine, of_forty_parts()).unwrap();
        let linker = Linker::<()>::new(&engine);
        let mut store = Store::new(&engine, ());
        store.set_epoch_deadline(1);
        assert!(linker.instantiate(&mut store, &component).is_ok());
    }
}
