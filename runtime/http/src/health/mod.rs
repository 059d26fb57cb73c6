//! How the server is: for orchestrators and for Prometheus.

mod healthz;
mod metrics;
mod readyz;

use crate::routes::Routes;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .route(&healthz::OPERATION, healthz::handle)
        .route(&readyz::OPERATION, readyz::handle)
        .route(&metrics::OPERATION, metrics::handle)
}
