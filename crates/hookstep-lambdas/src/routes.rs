//! Every call of the API, in one table: what serves it, and what a caller needs for it.

/// A call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the call that the table below describes")]
pub enum Operation {
    CreateWebhook,
    ListWebhooks,
    GetWebhook,
    ReplaceWebhook,
    PatchWebhook,
    DeleteWebhook,
    WebhookHistory,
    TestWebhook,
    TestAuth,
    TriggerWebhook,
    CreatePayload,
    ListWebhookEvents,
    GetEvent,
    ListEvents,
    Health,
    OpenApi,
    RotateSecret,
    PreviewWebhook,
    PublicKey,
    RotateSigningKey,
    RetryEvent,
    CancelEvent,
    ReplayEvent,
    ReplayEvents,
    ListReplays,
    GetReplay,
    StopReplay,
    ResumeReplay,
    WebhookStats,
    Stats,
    Overview,
    TestFilter,
    DownloadPayload,
    DownloadResponse,
    ConsoleConfig,
    ConsoleStart,
    ConsoleFile,
}

impl Operation {
    /// Whether it serves the console's files, to browsers: those are no calls that a client would make.
    #[must_use]
    pub fn is_page(self) -> bool {
        matches!(self, Self::ConsoleStart | Self::ConsoleFile)
    }
}

/// What a caller may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Permission {
    /// See webhooks and events.
    Read,
    /// Create, change and delete webhooks.
    Write,
    /// Send events.
    Trigger,
}

/// The Lambda function behind a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the function of that name")]
pub enum Function {
    Api,
    Trigger,
}

/// A row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Route {
    /// HTTP method.
    pub method: &'static str,
    /// Path, with parameters in braces.
    pub path: &'static str,
    /// The call.
    pub operation: Operation,
    /// What it takes; `None`: anybody may.
    pub permission: Option<Permission>,
    /// What serves it.
    pub function: Function,
}

const fn route(
    method: &'static str,
    path: &'static str,
    operation: Operation,
    permission: Option<Permission>,
    function: Function,
) -> Route {
    Route { method, path, operation, permission, function }
}

const READ: Option<Permission> = Some(Permission::Read);
const WRITE: Option<Permission> = Some(Permission::Write);
const TRIGGER: Option<Permission> = Some(Permission::Trigger);

/// Every call.
pub const ROUTES: [Route; 37] = [
    route("POST", "/webhook", Operation::CreateWebhook, WRITE, Function::Api),
    route("GET", "/webhook", Operation::ListWebhooks, READ, Function::Api),
    route("GET", "/webhook/{config_id}", Operation::GetWebhook, READ, Function::Api),
    route("PUT", "/webhook/{config_id}", Operation::ReplaceWebhook, WRITE, Function::Api),
    route("PATCH", "/webhook/{config_id}", Operation::PatchWebhook, WRITE, Function::Api),
    route("DELETE", "/webhook/{config_id}", Operation::DeleteWebhook, WRITE, Function::Api),
    route("GET", "/webhook/{config_id}/history", Operation::WebhookHistory, READ, Function::Api),
    route("POST", "/webhook/{config_id}/test-auth", Operation::TestAuth, WRITE, Function::Api),
    route("POST", "/webhook/{config_id}/secret/rotate", Operation::RotateSecret, WRITE, Function::Api),
    route("POST", "/webhook/{config_id}/preview", Operation::PreviewWebhook, WRITE, Function::Api),
    route("GET", "/webhook/{config_id}/events", Operation::ListWebhookEvents, READ, Function::Api),
    route("GET", "/webhook/{config_id}/events/{event_id}", Operation::GetEvent, READ, Function::Api),
    route("GET", "/webhook/{config_id}/stats", Operation::WebhookStats, READ, Function::Api),
    route("GET", "/events", Operation::ListEvents, READ, Function::Api),
    route("GET", "/stats", Operation::Stats, READ, Function::Api),
    route("POST", "/webhook/{config_id}/replay", Operation::ReplayEvents, TRIGGER, Function::Api),
    route("GET", "/webhook/{config_id}/replays", Operation::ListReplays, READ, Function::Api),
    route("GET", "/webhook/{config_id}/replays/{replay_id}", Operation::GetReplay, READ, Function::Api),
    route("POST", "/webhook/{config_id}/replays/{replay_id}/stop", Operation::StopReplay, TRIGGER, Function::Api),
    route("POST", "/webhook/{config_id}/replays/{replay_id}/resume", Operation::ResumeReplay, TRIGGER, Function::Api),
    route("GET", "/webhook/{config_id}/events/{event_id}/payload", Operation::DownloadPayload, READ, Function::Api),
    route(
        "GET",
        "/webhook/{config_id}/events/{event_id}/attempts/{number}/response",
        Operation::DownloadResponse,
        READ,
        Function::Api,
    ),
    route("GET", "/overview", Operation::Overview, READ, Function::Api),
    route("POST", "/filter/test", Operation::TestFilter, READ, Function::Api),
    route("POST", "/signing-key/rotate", Operation::RotateSigningKey, WRITE, Function::Api),
    route("GET", "/.well-known/webhook-public-key", Operation::PublicKey, None, Function::Api),
    route("GET", "/health", Operation::Health, None, Function::Api),
    route("GET", "/openapi.json", Operation::OpenApi, None, Function::Api),
    route("GET", "/console/config.json", Operation::ConsoleConfig, None, Function::Api),
    route("GET", "/console", Operation::ConsoleStart, None, Function::Api),
    route("GET", "/console/{path+}", Operation::ConsoleFile, None, Function::Api),
    route("POST", "/webhook/{config_id}/trigger", Operation::TriggerWebhook, TRIGGER, Function::Trigger),
    route("POST", "/webhook/{config_id}/payloads", Operation::CreatePayload, TRIGGER, Function::Trigger),
    route("POST", "/webhook/{config_id}/test", Operation::TestWebhook, TRIGGER, Function::Trigger),
    route("POST", "/webhook/{config_id}/events/{event_id}/retry", Operation::RetryEvent, TRIGGER, Function::Trigger),
    route("POST", "/webhook/{config_id}/events/{event_id}/cancel", Operation::CancelEvent, TRIGGER, Function::Trigger),
    route("POST", "/webhook/{config_id}/events/{event_id}/replay", Operation::ReplayEvent, TRIGGER, Function::Trigger),
];

/// The route of an API Gateway route key, such as `GET /webhook/{config_id}`.
#[must_use]
pub fn of_key(key: &str) -> Option<&'static Route> {
    let (method, path) = key.split_once(' ')?;
    ROUTES.iter().find(|route| route.method == method && route.path == path)
}

/// The route of a page of the console that API Gateway knows by no key: `GET /console/`, as no key may end in a slash.
#[must_use]
pub fn of_page(method: &str, path: &str) -> Option<&'static Route> {
    ROUTES.iter().find(|route| route.operation.is_page() && route.method == method && matches(route.path, path))
}

/// The methods that a path takes; none where there is no such path.
pub fn methods_of(path: &str) -> impl Iterator<Item = &'static str> {
    ROUTES.iter().filter(move |route| matches(route.path, path)).map(|route| route.method)
}

fn matches(pattern: &str, path: &str) -> bool {
    if let Some((folder, last)) = pattern.rsplit_once('/')
        && last.ends_with("+}")
    {
        return path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
    }
    let mut parts = path.split('/');
    pattern.split('/').all(|wanted| match parts.next() {
        Some(part) => wanted == part || (wanted.starts_with('{') && !part.is_empty()),
        None => false,
    }) && parts.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_knows_its_methods() {
        let methods = |path| methods_of(path).collect::<Vec<_>>();
        assert_eq!(methods("/webhook"), ["POST", "GET"]);
        assert_eq!(methods("/webhook/wh_1"), ["GET", "PUT", "PATCH", "DELETE"]);
        assert_eq!(methods("/webhook/wh_1/test"), ["POST"]);
        for page in ["/console", "/console/", "/console/assets/index.js"] {
            assert_eq!(methods(page), ["GET"], "{page}");
        }
        assert!(
            methods("/webhook/wh_1/nothing").is_empty()
                && methods("/webhook/").is_empty()
                && methods("/").is_empty()
                && methods("/webhook//x").is_empty()
                && methods("/consoles").is_empty()
        );
    }

    #[test]
    fn a_page_is_known_without_a_key_and_nothing_else_is() {
        let operation = |method, path| of_page(method, path).map(|route| route.operation);
        assert_eq!(operation("GET", "/console/"), Some(Operation::ConsoleFile));
        assert_eq!(operation("GET", "/console"), Some(Operation::ConsoleStart));
        for (method, path) in [("POST", "/console/"), ("GET", "/webhook"), ("GET", "/health"), ("GET", "/")] {
            assert_eq!(operation(method, path), None, "{method} {path}");
        }
    }

    #[test]
    fn every_route_is_found_by_its_key_and_stands_once() {
        for route in ROUTES {
            assert_eq!(of_key(&format!("{} {}", route.method, route.path)), Some(&route));
            assert!(!route.path.ends_with('/'), "API Gateway refuses the key of {}", route.path);
            assert_eq!(ROUTES.iter().filter(|other| other.operation == route.operation).count(), 1);
        }
        assert_eq!(of_key("$default"), None);
    }
}
