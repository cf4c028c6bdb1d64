// Made by `npm run types` from crates/hookstep-lambdas/openapi.json. Not edited by hand.

export interface paths {
    "/.well-known/webhook-public-key": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show a tenant's public keys
         * @description The keys that verify `v1a` signatures: Ed25519, as Standard Webhooks writes them and as PEM. A signature by any of them whose time is not over is good. Anybody may call, and keep the answer for five minutes.
         */
        get: operations["publicKey"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/console/config.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The settings of the console
         * @description How it signs in, and whose console it is. Nothing of it is secret.
         */
        get: operations["consoleConfig"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List events of all webhooks
         * @description Across all webhooks: those that failed, those under way, or those of one correlation id.
         */
        get: operations["listEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/filter/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Try a filter
         * @description Holds a filter against an event, by the code that decides which webhooks an event of the bus is for. Nothing is sent or kept.
         */
        post: operations["testFilter"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the API answers */
        get: operations["health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This document */
        get: operations["openApi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/overview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What needs attention now
         * @description What needs attention: webhooks whose receivers fail and those that were disabled for it, what waits and what runs. It looks at 1,000 webhooks and at 250 events of each partition at most, and says where there are more; ten webhooks of each kind are named.
         */
        get: operations["overview"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/signing-key/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Rotate the tenant's signing key
         * @description A new key for the `v1a` signatures of all the tenant's webhooks. For the grace period the old one signs too. Up to three earlier ones sign at the same time.
         */
        post: operations["rotateSigningKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How all deliveries went
         * @description Of all webhooks together, those that were deleted too. Otherwise as for one webhook.
         */
        get: operations["stats"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhook": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List webhooks
         * @description A page may hold fewer than `limit`, also when more follow. With `include=stats` each webhook has `last_day`.
         */
        get: operations["listWebhooks"];
        put?: never;
        /**
         * Create a webhook
         * @description Every field at fault is named at once. Where requests are to be signed by a secret (`v1`) and none is given, Hookstep makes one: `signing.secret` of this answer shows it, and no other answer will.
         */
        post: operations["createWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhook/{config_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example wh_01KAJ1Q8ZW3T5V7X9Y2B4C6D8E */
                config_id: components["parameters"]["ConfigId"];
            };
            cookie?: never;
        };
        /**
         * Show a webhook
         * @description Secrets are shown as being set, and never otherwise.
         */
        get: operations["getWebhook"];
        /**
         * Replace a webhook
         * @description What is left out gets its default; secrets that are left out stay. A replacement that changes nothing makes no version.
         */
        put: operations["replaceWebhook"];
        post?: never;
        /**
         * Delete a webhook
         * @description Its events under way are skipped. Events and history stay readable until they expire.
         */
        delete: operations["deleteWebhook"];
        options?: never;
        head?: never;
        /**
         * Change a webhook
         * @description A merge patch (RFC 7396). A change of nothing makes no version. Without `If-Match` it is applied to whatever there is.
         */
        patch: operations["patchWebhook"];
        trace?: never;
    };
    "/webhook/{config_id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example wh_01KAJ1Q8ZW3T5V7X9Y2B4C6D8E */
                config_id: components["parameters"]["ConfigId"];
            };
            cookie?: never;
        };
        /**
         * List a webhook's events
         * @description Those of a deleted webhook stay until they expire.
         */
        get: operations["listWebhookEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhook/{config_id}/events/{event_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example wh_01KAJ1Q8ZW3T5V7X9Y2B4C6D8E */
                config_id: components["parameters"]["ConfigId"];
                /** @example evt_01KAJ1R4N6P8Q0S2T4V6W8X0Y2 */
                event_id: components["parameters"]["EventId"];
            };
            cookie?: never;
        };
        /**
         * Show an event
         * @description With payload, attempts and responses. The row of an event that was accepted a moment ago may not be there yet.
         */
        get: operations["getEvent"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhook/{config_id}/events/{event_id}/attempts/{number}/response": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example wh_01KAJ1Q8ZW3T5V7X9Y2B4C6D8E */
                config_id: components["parameters"]["ConfigId"];
                /** @example evt_01KAJ1R4N6P8Q0S2T4V6W8X0Y2 */
                event_id: components["parameters"]["EventId"];
                /** @example 1 */
                number: components["parameters"]["AttemptNumber"];
            };
            cookie?: never;
        };
        /**
         * Download a response
         * @description For what is kept of a response apart from the event's row (`response_s3_key`). One that is not is shown with the event.
         */
        get: operations["downloadResponse"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhook/{config_id}/events/{event_id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example wh_01KAJ1Q8ZW3T5V7X9Y2B4C6D8E */
                config_id: components["parameters"]["ConfigId"];
                /** @example evt_01KAJ1R4N6P8Q0S2T4V6W8X0Y2 */
                event_id: components["parameters"]["EventId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel an event
         * @description Ends an event that waits for its next attempt: none is made.
         */
        post: operations["cancelEvent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhook/{config_id}/events/{event_id}/payload": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example wh_01KAJ1Q8ZW3T5V7X9Y2B4C6D8E */
                config_id: components["parameters"]["ConfigId"];
                /** @example evt_01KAJ1R4N6P8Q0S2T4V6W8X0Y2 */
                event_id: components["parameters"]["EventId"];
            };
            cookie?: never;
        };
        /**
         * Download a payload
         * @description For a payload that is kept apart from the event's row (`payload_s3_key`). One that is not is shown with the event.
         */
        get: operations["downloadPayload"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhook/{config_id}/events/{event_id}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example wh_01KAJ1Q8ZW3T5V7X9Y2B4C6D8E */
                config_id: components["parameters"]["ConfigId"];
                /** @example evt_01KAJ1R4N6P8Q0S2T4V6W8X0Y2 */
                event_id: components["parameters"]["EventId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Replay an event
         * @description Sends an event again that succeeded, failed or was skipped, as a new event with retries of its own. The old one stays as it is.
         */
        post: operations["replayEvent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhook/{config_id}/events/{event_id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example wh_01KAJ1Q8ZW3T5V7X9Y2B4C6D8E */
                config_id: components["parameters"]["ConfigId"];
                /** @example evt_01KAJ1R4N6P8Q0S2T4V6W8X0Y2 */
                event_id: components["parameters"]["EventId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Try again now
         * @description Makes the next attempt of an event that waits for it now. By the webhook as it is now, as every attempt.
         */
        post: operations["retryEvent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhook/{config_id}/history": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example wh_01KAJ1Q8ZW3T5V7X9Y2B4C6D8E */
                config_id: components["parameters"]["ConfigId"];
            };
            cookie?: never;
        };
        /**
         * Who did what to a webhook, and when
         * @description It outlives the webhook.
         */
        get: operations["webhookHistory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhook/{config_id}/payloads": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example wh_01KAJ1Q8ZW3T5V7X9Y2B4C6D8E */
                config_id: components["parameters"]["ConfigId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make room for a large payload
         * @description For payloads that API Gateway does not take: upload the bytes by the request that is answered, then trigger with `payload_id`.
         */
        post: operations["createPayload"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhook/{config_id}/preview": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example wh_01KAJ1Q8ZW3T5V7X9Y2B4C6D8E */
                config_id: components["parameters"]["ConfigId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Preview a request
         * @description Shows the request that a trigger with this body would send, signatures included, and sends nothing, neither to the receiver nor to a token endpoint. With `event_id`, what an attempt for that event would send now, which takes the permission `read` as well. Without either, the sample that a test would send. Secrets are not shown.
         */
        post: operations["previewWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhook/{config_id}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example wh_01KAJ1Q8ZW3T5V7X9Y2B4C6D8E */
                config_id: components["parameters"]["ConfigId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Replay many events
         * @description Sends events again: a list of them, or all of a status and a range of time, oldest first. Each becomes a new event of source `replay`, accepted at the moment of this call. However often a part of it has to be repeated, each is sent as one event.
         */
        post: operations["replayEvents"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhook/{config_id}/replays": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example wh_01KAJ1Q8ZW3T5V7X9Y2B4C6D8E */
                config_id: components["parameters"]["ConfigId"];
            };
            cookie?: never;
        };
        /**
         * List a webhook's replays
         * @description Of many events each; those of a deleted webhook stay until they expire.
         */
        get: operations["listReplays"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhook/{config_id}/replays/{replay_id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example wh_01KAJ1Q8ZW3T5V7X9Y2B4C6D8E */
                config_id: components["parameters"]["ConfigId"];
                /** @example rep_01KAM4T6V8X0Z2B4D6F8H0J2M4 */
                replay_id: components["parameters"]["ReplayId"];
            };
            cookie?: never;
        };
        /**
         * Show a replay
         * @description How far it has come. One that has not been heard of for 20 minutes is shown as `failed`, with the reason `stalled`.
         */
        get: operations["getReplay"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhook/{config_id}/replays/{replay_id}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example wh_01KAJ1Q8ZW3T5V7X9Y2B4C6D8E */
                config_id: components["parameters"]["ConfigId"];
                /** @example rep_01KAM4T6V8X0Z2B4D6F8H0J2M4 */
                replay_id: components["parameters"]["ReplayId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Resume a replay
         * @description Lets a replay that is `stopped` or `failed` go on where it was.
         */
        post: operations["resumeReplay"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhook/{config_id}/replays/{replay_id}/stop": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example wh_01KAJ1Q8ZW3T5V7X9Y2B4C6D8E */
                config_id: components["parameters"]["ConfigId"];
                /** @example rep_01KAM4T6V8X0Z2B4D6F8H0J2M4 */
                replay_id: components["parameters"]["ReplayId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Stop a replay
         * @description It starts no event after the round that is under way: some seconds. What was started is delivered.
         */
        post: operations["stopReplay"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhook/{config_id}/secret/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example wh_01KAJ1Q8ZW3T5V7X9Y2B4C6D8E */
                config_id: components["parameters"]["ConfigId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Rotate a webhook's signing secret
         * @description A new secret for `v1` signatures. For the grace period requests are signed by the old one too, so that receivers can change over without losing a delivery. Up to three earlier ones sign at the same time. A call that is repeated with the same secret of your own changes nothing.
         */
        post: operations["rotateSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhook/{config_id}/stats": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example wh_01KAJ1Q8ZW3T5V7X9Y2B4C6D8E */
                config_id: components["parameters"]["ConfigId"];
            };
            cookie?: never;
        };
        /**
         * How a webhook's deliveries went
         * @description An event counts for the time that it was accepted in, whenever its attempts were. Kept for 400 days, also when the webhook is deleted.
         */
        get: operations["webhookStats"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhook/{config_id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example wh_01KAJ1Q8ZW3T5V7X9Y2B4C6D8E */
                config_id: components["parameters"]["ConfigId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Try a webhook
         * @description Sends the body; without one, a sample that Hookstep makes up or the payload of the newest event. Answers as a trigger that waits. A disabled webhook can be tested as well.
         */
        post: operations["testWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhook/{config_id}/test-auth": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example wh_01KAJ1Q8ZW3T5V7X9Y2B4C6D8E */
                config_id: components["parameters"]["ConfigId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Try a webhook's authentication
         * @description Reads the secrets and makes the token exchange, if the webhook has one. No webhook is sent, and a token is not kept.
         */
        post: operations["testAuth"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/webhook/{config_id}/trigger": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example wh_01KAJ1Q8ZW3T5V7X9Y2B4C6D8E */
                config_id: components["parameters"]["ConfigId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send an event
         * @description The body is the payload, as it is: any content type, any bytes. With `sync=true` the answer is the outcome of the one attempt that is made then, or 202 when that takes longer than 27 s.
         */
        post: operations["triggerWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Accepted: {
            event_id: string;
            /**
             * @description `in_progress`; another one only where the `Idempotency-Key` was used before.
             * @enum {string}
             */
            status: "in_progress" | "succeeded" | "failed" | "skipped";
        };
        /** @description A key in a header or in a query parameter. */
        ApiKeyAuth: {
            /** @constant */
            in: "header";
            name: components["schemas"]["HeaderName"] & unknown;
            /** @constant */
            type: "api_key";
            /** @description Whether `value` is set. */
            readonly value_set: boolean;
        } | {
            /** @constant */
            in: "query";
            name: string;
            /** @constant */
            type: "api_key";
            /** @description Whether `value` is set. */
            readonly value_set: boolean;
        };
        /** @description A key in a header or in a query parameter. */
        ApiKeyAuthReplacement: {
            /** @constant */
            in: "header";
            name: components["schemas"]["HeaderName"] & unknown;
            /** @constant */
            type: "api_key";
            /** @description Left out, it stays; null clears it. */
            value?: string | null;
            /** @description Whether `value` is set. */
            readonly value_set?: boolean;
        } | {
            /** @constant */
            in: "query";
            name: string;
            /** @constant */
            type: "api_key";
            /** @description Left out, it stays; null clears it. */
            value?: string | null;
            /** @description Whether `value` is set. */
            readonly value_set?: boolean;
        };
        /** @description One HTTP exchange, or the failure to have one. */
        Attempt: {
            duration_ms: number;
            error?: components["schemas"]["AttemptError"];
            /** @description After how long the answer began, where one did. */
            first_byte_ms?: number;
            number: number;
            /** @enum {string} */
            outcome: "delivered" | "rejected" | "timed_out" | "unreachable" | "refused";
            response_body?: string;
            /**
             * @description How `response_body` is written.
             * @enum {string}
             */
            response_body_encoding?: "utf8" | "base64";
            response_headers?: {
                [key: string]: string;
            };
            /** @description Where `response_body` is kept, if it is large. */
            response_s3_key?: string;
            /** @description Length of `response_body`, in bytes. */
            response_size?: number;
            /** @description Whether headers or body are longer than what is kept. */
            response_truncated?: boolean;
            /** Format: date-time */
            started_at: string;
            /** @description What the receiver answered. */
            status_code?: number;
        };
        /** @description What kept an exchange from completing. */
        AttemptError: {
            /** @enum {string} */
            code: "address_not_allowed" | "connection_refused" | "connect_timeout" | "tls_timeout" | "connection_failed" | "dns_failure" | "tls_failure" | "connection_closed" | "invalid_response" | "response_incomplete" | "first_byte_timeout" | "response_timeout" | "credentials_missing" | "connection_unavailable" | "body_not_mergeable" | "payload_not_json" | "payload_not_shapeable" | "transformation_failed" | "static_ip_unavailable" | "token_address_not_allowed" | "token_rejected" | "token_invalid" | "token_timeout" | "token_unreachable";
            message: string;
        };
        /** @description One HTTP exchange, or the failure to have one. */
        AttemptSummary: {
            duration_ms: number;
            error?: components["schemas"]["AttemptError"];
            /** @description After how long the answer began, where one did. */
            first_byte_ms?: number;
            number: number;
            /** @enum {string} */
            outcome: "delivered" | "rejected" | "timed_out" | "unreachable" | "refused";
            /** @description Whether headers or body are longer than what is kept. */
            response_truncated?: boolean;
            /** Format: date-time */
            started_at: string;
            /** @description What the receiver answered. */
            status_code?: number;
        };
        /** @description How the webhook authenticates to its receiver. At most 4096 bytes of JSON without its secrets. */
        Auth: components["schemas"]["NoAuth"] | components["schemas"]["BasicAuth"] | components["schemas"]["ApiKeyAuth"] | components["schemas"]["OAuth2Auth"] | components["schemas"]["ConnectionAuth"];
        /** @description Merged into what is there; with another `type`, in its place. What comes of it has to be complete. */
        AuthPatch: {
            audience?: string | null;
            /** @description Further form fields of the token request, at most 20. A value is a string, which is shown, or an object that holds a secret. Under a name that holds one of `access-key`, `accesskey`, `api-key`, `apikey`, `authorization`, `bearer`, `cookie`, `credential`, `passphrase`, `passwd`, `password`, `private-key`, `privatekey`, `secret`, `session`, `signature`, `token` (with `_` for `-` as well), or `auth` or `pwd` as a word of its own, a string is kept as a secret too. */
            body?: {
                [key: string]: components["schemas"]["ValuePatch"];
            } | null;
            /**
             * @description Where client id and secret go (RFC 6749, section 2.3.1).
             * @enum {string|null}
             */
            client_authentication?: "header" | "body" | null;
            client_id?: string;
            /** @description Left out, it stays; null clears it. */
            client_secret?: string | null;
            /** @description Whether `client_secret` is set. */
            readonly client_secret_set?: boolean;
            connection_arn?: string;
            /** @description Further headers of the token request, at most 20. A value is a string, which is shown, or an object that holds a secret. Under a name that holds one of `access-key`, `accesskey`, `api-key`, `apikey`, `authorization`, `bearer`, `cookie`, `credential`, `passphrase`, `passwd`, `password`, `private-key`, `privatekey`, `secret`, `session`, `signature`, `token` (with `_` for `-` as well), or `auth` or `pwd` as a word of its own, a string is kept as a secret too. */
            headers?: {
                [key: string]: components["schemas"]["ValuePatch"];
            } | null;
            /** @enum {string|null} */
            http_method?: "POST" | "PUT" | "GET" | null;
            /** @enum {string} */
            in?: "header" | "query";
            name?: string;
            /** @description Left out, it stays; null clears it. */
            password?: string | null;
            /** @description Whether `password` is set. */
            readonly password_set?: boolean;
            /** @description Further query parameters of the token request, at most 20. A value is a string, which is shown, or an object that holds a secret. Under a name that holds one of `access-key`, `accesskey`, `api-key`, `apikey`, `authorization`, `bearer`, `cookie`, `credential`, `passphrase`, `passwd`, `password`, `private-key`, `privatekey`, `secret`, `session`, `signature`, `token` (with `_` for `-` as well), or `auth` or `pwd` as a word of its own, a string is kept as a secret too. */
            query?: {
                [key: string]: components["schemas"]["ValuePatch"];
            } | null;
            scope?: string | null;
            /**
             * Format: url
             * @description `https`, or `http` where the operator allows it. No user name, password or fragment. An address or a port that webhooks may not reach is refused here, what a name leads to at the attempt.
             */
            token_url?: string;
            /** @enum {string} */
            type?: "none" | "basic" | "api_key" | "oauth2_client_credentials" | "connection";
            username?: string;
            /** @description Left out, it stays; null clears it. */
            value?: string | null;
            /** @description Whether `value` is set. */
            readonly value_set?: boolean;
        };
        /** @description How the webhook authenticates to its receiver. At most 4096 bytes of JSON without its secrets. */
        AuthReplacement: components["schemas"]["NoAuthReplacement"] | components["schemas"]["BasicAuthReplacement"] | components["schemas"]["ApiKeyAuthReplacement"] | components["schemas"]["OAuth2AuthReplacement"] | components["schemas"]["ConnectionAuthReplacement"];
        AuthTrial: {
            /** @enum {string} */
            auth_type: "none" | "basic" | "api_key" | "oauth2_client_credentials" | "connection";
            duration_ms: number;
            /** @description Why it does not work. */
            error?: components["schemas"]["AttemptError"];
            ok: boolean;
            /** @description What the token endpoint gave; never the token itself. */
            token?: {
                /** @description In seconds, if the server says so. */
                expires_in: number | null;
                token_type: string;
            };
        };
        /** @description HTTP Basic (RFC 7617). */
        BasicAuth: {
            /** @description Whether `password` is set. */
            readonly password_set: boolean;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "basic";
            username: string;
        };
        /** @description HTTP Basic (RFC 7617). */
        BasicAuthReplacement: {
            /** @description Left out, it stays; null clears it. */
            password?: string | null;
            /** @description Whether `password` is set. */
            readonly password_set?: boolean;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "basic";
            username: string;
        };
        /** @description One entry of a webhook's history. */
        Change: {
            /** @enum {string} */
            action: "created" | "changed" | "enabled" | "disabled" | "deleted";
            actor: {
                /** @description The ARN of the caller, or the subject of the token. */
                id: string | null;
                /** @enum {string} */
                type: "iam" | "jwt" | "anonymous" | "hookstep";
            };
            /** Format: date-time */
            at: string;
            /** @description JSON pointers (RFC 6901) to what was set or changed; never values. */
            changed_fields: string[];
            /** @description What the change made; a deletion counts as one. */
            version: number;
        };
        /** @example 10.0.0.0/8 */
        CidrBlock: string | unknown | unknown;
        /** @description Shown to a receiver that asks for one (mutual TLS). Certificate and private key are both secrets. */
        ClientCertificate: {
            readonly certificate_set: boolean;
            readonly private_key_set: boolean;
        };
        /** @description Shown to a receiver that asks for one (mutual TLS). Certificate and private key are both secrets. They have to belong together; of which none is given, that stays. Null for the whole takes both away. */
        ClientCertificatePatch: {
            /** @description PEM, with the certificates that lead to its root after it. */
            certificate?: string;
            readonly certificate_set?: boolean;
            /** @description PEM, without a passphrase. */
            private_key?: string;
            readonly private_key_set?: boolean;
        };
        /** @description Shown to a receiver that asks for one (mutual TLS). Certificate and private key are both secrets. They have to belong together; of which none is given, that stays. Null for the whole takes both away. */
        ClientCertificateReplacement: {
            /** @description PEM, with the certificates that lead to its root after it. */
            certificate?: string;
            readonly certificate_set?: boolean;
            /** @description PEM, without a passphrase. */
            private_key?: string;
            readonly private_key_set?: boolean;
        };
        Concluded: {
            attempt?: components["schemas"]["Attempt"];
            event_id: string;
            reason?: components["schemas"]["Reason"];
            reason_detail?: string;
            /** @enum {string} */
            status: "succeeded" | "failed" | "skipped";
        };
        /** @description An EventBridge connection: basic, API key or OAuth with its additional parameters. */
        ConnectionAuth: {
            connection_arn: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "connection";
        };
        /** @description An EventBridge connection: basic, API key or OAuth with its additional parameters. */
        ConnectionAuthReplacement: {
            /** @description It has to exist, to be authorized, and to be named as the operator asks for. */
            connection_arn: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "connection";
        };
        ConsoleConfig: {
            /** @description Which API the token is for, where the issuer has to be told. */
            audience: string | null;
            /**
             * @description How callers are authenticated.
             * @enum {string}
             */
            auth_mode: "IAM" | "JWT" | "NONE";
            /** @description As what the console signs in; null where nobody has set that up. */
            client_id: string | null;
            /** @description Whose tokens are taken, in JWT mode. */
            issuer: string | null;
            region: string;
            /** @description What the console asks for when it signs in, with spaces between. */
            scopes: string | null;
            /** @description The name of the deployment. */
            stack: string;
            /** @description The version of Hookstep. */
            version: string;
        };
        Download: {
            /**
             * Format: date-time
             * @description When the URL stops working, if not earlier.
             */
            expires_at: string;
            file_name: string;
            /** @description In bytes. */
            size: number;
            /**
             * Format: uri
             * @description Gives the bytes as an attachment, to whoever asks.
             */
            url: string;
        };
        Event: {
            /** @description Oldest first. */
            attempts: components["schemas"]["Attempt"][];
            config_id: string;
            content_type: string | null;
            correlation_id: string | null;
            /** Format: date-time */
            created_at: string;
            event_id: string;
            event_name: string | null;
            /** @description The execution of the delivery machine. */
            execution_arn: string;
            /**
             * Format: date-time
             * @description When it may be forgotten.
             */
            expires_at: string;
            /** @enum {string|null} */
            http_method: "POST" | "PUT" | "PATCH" | "DELETE" | "GET" | null;
            /**
             * Format: date-time
             * @description When the next attempt is due, while the event waits for one.
             */
            next_attempt_at: string | null;
            payload?: string;
            /**
             * @description How `payload` is written.
             * @enum {string}
             */
            payload_encoding?: "utf8" | "base64";
            /** @description Where `payload` is kept, if it is large. */
            payload_s3_key?: string;
            /** @description Length of `payload`, in bytes. */
            payload_size?: number;
            reason: components["schemas"]["Reason"] | null;
            /** @description One sentence of at most 1024 bytes. */
            reason_detail: string | null;
            /** @description The event that it is a replay of. */
            replay_of: string | null;
            /** @enum {string} */
            source: "api" | "eventbridge" | "replay" | "test";
            /** @enum {string} */
            status: "in_progress" | "succeeded" | "failed" | "skipped";
            tenant_id: string;
            /** @description The trace (W3C Trace Context) of every attempt's `traceparent`: that of the trigger, or one of the event's own. */
            trace_id: string;
            /** Format: date-time */
            updated_at: string;
            /** @description The target at the time of the delivery. */
            url: string | null;
            /** @description The `webhook-id` of every attempt: the event's own id, or that of the event that it is a replay of. */
            webhook_id: string;
        };
        EventSummary: {
            /** @description Oldest first. */
            attempts: components["schemas"]["AttemptSummary"][];
            config_id: string;
            content_type: string | null;
            correlation_id: string | null;
            /** Format: date-time */
            created_at: string;
            event_id: string;
            event_name: string | null;
            /** @description The execution of the delivery machine. */
            execution_arn: string;
            /**
             * Format: date-time
             * @description When it may be forgotten.
             */
            expires_at: string;
            /** @enum {string|null} */
            http_method: "POST" | "PUT" | "PATCH" | "DELETE" | "GET" | null;
            /**
             * Format: date-time
             * @description When the next attempt is due, while the event waits for one.
             */
            next_attempt_at: string | null;
            /** @description Where `payload` is kept, if it is large. */
            payload_s3_key?: string;
            /** @description Length of `payload`, in bytes. */
            payload_size?: number;
            reason: components["schemas"]["Reason"] | null;
            /** @description One sentence of at most 1024 bytes. */
            reason_detail: string | null;
            /** @description The event that it is a replay of. */
            replay_of: string | null;
            /** @enum {string} */
            source: "api" | "eventbridge" | "replay" | "test";
            /** @enum {string} */
            status: "in_progress" | "succeeded" | "failed" | "skipped";
            tenant_id: string;
            /** @description The trace (W3C Trace Context) of every attempt's `traceparent`: that of the trigger, or one of the event's own. */
            trace_id: string;
            /** Format: date-time */
            updated_at: string;
            /** @description The target at the time of the delivery. */
            url: string | null;
            /** @description The `webhook-id` of every attempt: the event's own id, or that of the event that it is a replay of. */
            webhook_id: string;
        };
        /**
         * @description An EventBridge pattern over the fields of an event: which events of the bus the webhook gets. At most 4096 bytes of JSON, at most 16 levels deep.
         * @example {
         *       "detail": {
         *         "total": [
         *           {
         *             "numeric": [
         *               ">=",
         *               100
         *             ]
         *           }
         *         ]
         *       },
         *       "detail-type": [
         *         "order.created"
         *       ]
         *     }
         */
        Filter: {
            /** @description Alternatives, which make at most 1000 combinations. A path does not stand in one and beside it. */
            $or?: components["schemas"]["Filter"][];
        } & {
            [key: string]: ((string | number | boolean | null) | components["schemas"]["Matcher"])[] | components["schemas"]["Filter"];
        };
        FilterTest: {
            /** @description The whole event as the bus passes it on: `detail-type`, `source`, `detail` and the rest. */
            event: Record<string, never>;
            filter: components["schemas"]["Filter"];
        };
        FilterTestResult: {
            matches: boolean;
        };
        /** @description API Gateway's own answer. It is no problem document. */
        GatewayError: {
            message: string | null;
        };
        /** @description A field name (RFC 9110), none of `connection`, `content-length`, `expect`, `host`, `http2-settings`, `keep-alive`, `proxy-authenticate`, `proxy-authorization`, `proxy-connection`, `te`, `trailer`, `transfer-encoding`, `upgrade`, `user-agent`, `traceparent`, `tracestate` and no `webhook-*`, in any case, an underscore read as a hyphen. */
        HeaderName: string;
        KeyRotation: {
            /**
             * @description How long what is replaced signs too. With 0 that ends at once, and so does all that was replaced before.
             * @default 86400
             */
            grace_period_seconds?: number | null;
        };
        /** @description The events that were accepted in this hour (UTC) and the 23 before it. */
        LastDay: {
            /** @description Events that were accepted in this time. */
            accepted: number;
            /** @description Those that were not, and will not be. */
            failed: number;
            /** @description Those of them that have not come to their end. */
            in_progress: number;
            /** @description The event that failed last, of those that were accepted in this time. */
            last_failure: {
                /**
                 * Format: date-time
                 * @description When it came to its end.
                 */
                at: string;
                event_id: string;
                reason: components["schemas"]["Reason"] | null;
            } | null;
            /** @description Those that were not attempted: the webhook was disabled or deleted. */
            skipped: number;
            /** @description Those that were delivered, whenever that was. */
            succeeded: number;
            /** @description `succeeded` of `succeeded` and `failed` together; null where both are 0. */
            success_rate: number | null;
        };
        ListedWebhook: components["schemas"]["Webhook"] & {
            /** @description With `include=stats`. */
            last_day?: components["schemas"]["LastDay"];
        };
        /** @description A condition on a field: exactly one member. */
        Matcher: {
            prefix: string | {
                "equals-ignore-case": string;
            };
        } | {
            suffix: string | {
                "equals-ignore-case": string;
            };
        } | {
            "equals-ignore-case": string;
        } | {
            wildcard: string;
        } | {
            cidr: components["schemas"]["CidrBlock"];
        } | {
            exists: boolean;
        } | {
            numeric: [
                "<" | "<=" | "=" | ">" | ">=",
                number
            ] | [
                ">" | ">=",
                number,
                "<" | "<=",
                number
            ];
        } | {
            "anything-but": (string | string[]) | (number | number[]) | {
                prefix: string | string[];
            } | {
                suffix: string | string[];
            } | {
                "equals-ignore-case": string | string[];
            } | {
                wildcard: string | string[];
            };
        };
        /** @description A key in a header or in a query parameter. */
        NewApiKeyAuth: {
            /** @constant */
            in: "header";
            name: components["schemas"]["HeaderName"] & unknown;
            /** @constant */
            type: "api_key";
            value: string;
            /** @description Whether `value` is set. */
            readonly value_set?: boolean;
        } | {
            /** @constant */
            in: "query";
            name: string;
            /** @constant */
            type: "api_key";
            value: string;
            /** @description Whether `value` is set. */
            readonly value_set?: boolean;
        };
        /** @description How the webhook authenticates to its receiver. At most 4096 bytes of JSON without its secrets. */
        NewAuth: components["schemas"]["NewNoAuth"] | components["schemas"]["NewBasicAuth"] | components["schemas"]["NewApiKeyAuth"] | components["schemas"]["NewOAuth2Auth"] | components["schemas"]["NewConnectionAuth"];
        /** @description HTTP Basic (RFC 7617). */
        NewBasicAuth: {
            password?: string | null;
            /** @description Whether `password` is set. */
            readonly password_set?: boolean;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "basic";
            username: string;
        };
        /** @description Shown to a receiver that asks for one (mutual TLS). Certificate and private key are both secrets. They have to belong together. */
        NewClientCertificate: {
            /** @description PEM, with the certificates that lead to its root after it. */
            certificate: string;
            /** @description PEM, without a passphrase. */
            private_key: string;
        };
        /** @description An EventBridge connection: basic, API key or OAuth with its additional parameters. */
        NewConnectionAuth: {
            /** @description It has to exist, to be authorized, and to be named as the operator asks for. */
            connection_arn: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "connection";
        };
        NewNoAuth: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "none";
        };
        /** @description OAuth 2.0 client credentials (RFC 6749, section 4.4). */
        NewOAuth2Auth: {
            audience?: string | null;
            /**
             * @description Further form fields of the token request, at most 20. A value is a string, which is shown, or an object that holds a secret. Under a name that holds one of `access-key`, `accesskey`, `api-key`, `apikey`, `authorization`, `bearer`, `cookie`, `credential`, `passphrase`, `passwd`, `password`, `private-key`, `privatekey`, `secret`, `session`, `signature`, `token` (with `_` for `-` as well), or `auth` or `pwd` as a word of its own, a string is kept as a secret too.
             * @default {}
             */
            body?: {
                [key: string]: components["schemas"]["NewValue"];
            } | null;
            /**
             * @description Where client id and secret go (RFC 6749, section 2.3.1).
             * @default header
             * @enum {string|null}
             */
            client_authentication?: "header" | "body" | null;
            client_id: string;
            client_secret: string;
            /** @description Whether `client_secret` is set. */
            readonly client_secret_set?: boolean;
            /**
             * @description Further headers of the token request, at most 20. A value is a string, which is shown, or an object that holds a secret. Under a name that holds one of `access-key`, `accesskey`, `api-key`, `apikey`, `authorization`, `bearer`, `cookie`, `credential`, `passphrase`, `passwd`, `password`, `private-key`, `privatekey`, `secret`, `session`, `signature`, `token` (with `_` for `-` as well), or `auth` or `pwd` as a word of its own, a string is kept as a secret too.
             * @default {}
             */
            headers?: {
                [key: string]: components["schemas"]["NewValue"];
            } | null;
            /**
             * @default POST
             * @enum {string|null}
             */
            http_method?: "POST" | "PUT" | "GET" | null;
            /**
             * @description Further query parameters of the token request, at most 20. A value is a string, which is shown, or an object that holds a secret. Under a name that holds one of `access-key`, `accesskey`, `api-key`, `apikey`, `authorization`, `bearer`, `cookie`, `credential`, `passphrase`, `passwd`, `password`, `private-key`, `privatekey`, `secret`, `session`, `signature`, `token` (with `_` for `-` as well), or `auth` or `pwd` as a word of its own, a string is kept as a secret too.
             * @default {}
             */
            query?: {
                [key: string]: components["schemas"]["NewValue"];
            } | null;
            scope?: string | null;
            /**
             * Format: url
             * @description `https`, or `http` where the operator allows it. No user name, password or fragment. An address or a port that webhooks may not reach is refused here, what a name leads to at the attempt.
             */
            token_url: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "oauth2_client_credentials";
        };
        NewReplay: {
            /**
             * @description Whether events are only counted.
             * @default false
             */
            dry_run?: boolean | null;
            /** @description These events, each once. */
            event_ids: string[];
            from?: null;
            /**
             * @description `as_configured`: in the shape that the webhook has now. `as_sent`: in the shape of the event's first attempt, about the event as it was then, so that the bytes are the same; an event that was never attempted is sent as configured.
             * @default as_configured
             * @enum {string|null}
             */
            payload?: "as_configured" | "as_sent" | null;
            /**
             * @description How many events are started a second at most, on average over a few seconds.
             * @default 50
             */
            per_second?: number | null;
            status?: null;
            to?: null;
            /**
             * @description `same`: the `webhook-id` of the event, so that a receiver that has seen it can drop it. `new`: one of its own.
             * @default same
             * @enum {string|null}
             */
            webhook_id?: "same" | "new" | null;
        } | {
            /**
             * @description Whether events are only counted.
             * @default false
             */
            dry_run?: boolean | null;
            event_ids?: null;
            /**
             * Format: date-time
             * @description Events accepted at this moment or later.
             */
            from: string;
            /**
             * @description `as_configured`: in the shape that the webhook has now. `as_sent`: in the shape of the event's first attempt, about the event as it was then, so that the bytes are the same; an event that was never attempted is sent as configured.
             * @default as_configured
             * @enum {string|null}
             */
            payload?: "as_configured" | "as_sent" | null;
            /**
             * @description How many events are started a second at most, on average over a few seconds.
             * @default 50
             */
            per_second?: number | null;
            /**
             * @description Events of this status.
             * @enum {string}
             */
            status: "failed" | "skipped" | "succeeded";
            /**
             * Format: date-time
             * @description Events accepted at this moment or earlier: that of the call, where left out; never later.
             */
            to?: string | null;
            /**
             * @description `same`: the `webhook-id` of the event, so that a receiver that has seen it can drop it. `new`: one of its own.
             * @default same
             * @enum {string|null}
             */
            webhook_id?: "same" | "new" | null;
        };
        /** @description When to try again. Kept, without effect as long as Hookstep does not redeliver. */
        NewRetryPolicy: {
            /** @default 9 */
            max_retries?: number | null;
            /**
             * @default [
             *       "network",
             *       "timeout",
             *       "408",
             *       "425",
             *       "429",
             *       "5xx"
             *     ]
             */
            retry_on?: ("network" | "timeout" | "408" | "425" | "429" | "5xx" | "non_2xx")[] | null;
            /**
             * @description The wait before each retry; the last one again where it is shorter than `max_retries`.
             * @default [
             *       5,
             *       300,
             *       1800,
             *       7200,
             *       18000,
             *       36000,
             *       50400,
             *       72000,
             *       86400
             *     ]
             */
            schedule_seconds?: number[] | null;
        };
        /** @description Signatures of Standard Webhooks 1.0.0. */
        NewSigning: {
            /**
             * @description `v1`: HMAC-SHA256 under the webhook's secret. `v1a`: Ed25519 under the tenant's key, which the call `publicKey` shows. Empty: requests are not signed.
             * @default [
             *       "v1",
             *       "v1a"
             *     ]
             */
            schemes?: ("v1" | "v1a")[] | null;
            /** @description A secret of your own, of 24 to 64 bytes. Left out, Hookstep makes one and shows it once. */
            secret?: components["schemas"]["SigningSecret"] | null;
        };
        NewValue: string | {
            secret: string;
        };
        /** @description Null counts as left out. */
        NewWebhook: {
            /**
             * @default {
             *       "type": "none"
             *     }
             */
            auth?: components["schemas"]["NewAuth"] | null;
            client_certificate?: components["schemas"]["NewClientCertificate"] | null;
            /** @default  */
            description?: string | null;
            /**
             * @description Whether events are delivered; those of a disabled webhook are `skipped`.
             * @default true
             */
            enabled?: boolean | null;
            /** @description The name of the events that it is for: their `detail-type` on the bus. */
            event_name?: string | null;
            /** @description Which events of the bus it gets. Kept, without effect as long as Hookstep reads no bus. */
            filter?: components["schemas"]["Filter"] | null;
            /**
             * @description Sent with every request. At most 50, of 8192 bytes of names and values together but for secrets; a name stands once, in whatever case, and not where `auth` sets it. A value is a string, which is shown, or an object that holds a secret. Under a name that holds one of `access-key`, `accesskey`, `api-key`, `apikey`, `authorization`, `bearer`, `cookie`, `credential`, `passphrase`, `passwd`, `password`, `private-key`, `privatekey`, `secret`, `session`, `signature`, `token` (with `_` for `-` as well), or `auth` or `pwd` as a word of its own, a string is kept as a secret too.
             * @default {}
             */
            headers?: {
                [key: string]: components["schemas"]["NewValue"];
            } | null;
            /**
             * @default POST
             * @enum {string|null}
             */
            http_method?: "POST" | "PUT" | "PATCH" | "DELETE" | "GET" | null;
            name: string;
            /**
             * @description `standard_webhooks` puts the payload, which has to be JSON, into an envelope of `type`, `timestamp` and `data`; it takes `event_name`, which is that `type`.
             * @default as_is
             * @enum {string|null}
             */
            payload_format?: "as_is" | "standard_webhooks" | null;
            /**
             * @default {
             *       "max_retries": 9,
             *       "retry_on": [
             *         "network",
             *         "timeout",
             *         "408",
             *         "425",
             *         "429",
             *         "5xx"
             *       ],
             *       "schedule_seconds": [
             *         5,
             *         300,
             *         1800,
             *         7200,
             *         18000,
             *         36000,
             *         50400,
             *         72000,
             *         86400
             *       ]
             *     }
             */
            retry_policy?: components["schemas"]["NewRetryPolicy"] | null;
            /**
             * @default {
             *       "schemes": [
             *         "v1",
             *         "v1a"
             *       ]
             *     }
             */
            signing?: components["schemas"]["NewSigning"] | null;
            /**
             * @description Whether requests come from the deployment's static IP addresses; refused where it has none.
             * @default false
             */
            static_ip?: boolean | null;
            /**
             * @description How long the receiver may take for its whole answer, a token exchange included.
             * @default 30
             */
            timeout_seconds?: number | null;
            /** @description A JSONata expression that makes the body of the payload, which has to be JSON. At most 4096 bytes as a JSON string. `$event` holds `event_id`, `event_name`, `created_at` and `config_id`. It comes before the envelope. */
            transformation?: string | null;
            /**
             * Format: url
             * @description `https`, or `http` where the operator allows it. No user name, password or fragment. An address or a port that webhooks may not reach is refused here, what a name leads to at the attempt.
             */
            url: string;
        };
        NoAuth: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "none";
        };
        NoAuthReplacement: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "none";
        };
        /** @description There would be no request: an event with this payload would fail so. */
        NoPreview: {
            error: components["schemas"]["AttemptError"];
        };
        /** @description OAuth 2.0 client credentials (RFC 6749, section 4.4). */
        OAuth2Auth: {
            audience: string | null;
            /** @description Further form fields of the token request, at most 20. A value is a string, which is shown, or an object that holds a secret. Under a name that holds one of `access-key`, `accesskey`, `api-key`, `apikey`, `authorization`, `bearer`, `cookie`, `credential`, `passphrase`, `passwd`, `password`, `private-key`, `privatekey`, `secret`, `session`, `signature`, `token` (with `_` for `-` as well), or `auth` or `pwd` as a word of its own, a string is kept as a secret too. */
            body: {
                [key: string]: components["schemas"]["Value"];
            };
            /**
             * @description Where client id and secret go (RFC 6749, section 2.3.1).
             * @enum {string}
             */
            client_authentication: "header" | "body";
            client_id: string;
            /** @description Whether `client_secret` is set. */
            readonly client_secret_set: boolean;
            /** @description Further headers of the token request, at most 20. A value is a string, which is shown, or an object that holds a secret. Under a name that holds one of `access-key`, `accesskey`, `api-key`, `apikey`, `authorization`, `bearer`, `cookie`, `credential`, `passphrase`, `passwd`, `password`, `private-key`, `privatekey`, `secret`, `session`, `signature`, `token` (with `_` for `-` as well), or `auth` or `pwd` as a word of its own, a string is kept as a secret too. */
            headers: {
                [key: string]: components["schemas"]["Value"];
            };
            /** @enum {string} */
            http_method: "POST" | "PUT" | "GET";
            /** @description Further query parameters of the token request, at most 20. A value is a string, which is shown, or an object that holds a secret. Under a name that holds one of `access-key`, `accesskey`, `api-key`, `apikey`, `authorization`, `bearer`, `cookie`, `credential`, `passphrase`, `passwd`, `password`, `private-key`, `privatekey`, `secret`, `session`, `signature`, `token` (with `_` for `-` as well), or `auth` or `pwd` as a word of its own, a string is kept as a secret too. */
            query: {
                [key: string]: components["schemas"]["Value"];
            };
            scope: string | null;
            /**
             * Format: url
             * @description `https`, or `http` where the operator allows it. No user name, password or fragment. An address or a port that webhooks may not reach is refused here, what a name leads to at the attempt.
             */
            token_url: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "oauth2_client_credentials";
        };
        /** @description OAuth 2.0 client credentials (RFC 6749, section 4.4). */
        OAuth2AuthReplacement: {
            audience?: string | null;
            /**
             * @description Further form fields of the token request, at most 20. A value is a string, which is shown, or an object that holds a secret. Under a name that holds one of `access-key`, `accesskey`, `api-key`, `apikey`, `authorization`, `bearer`, `cookie`, `credential`, `passphrase`, `passwd`, `password`, `private-key`, `privatekey`, `secret`, `session`, `signature`, `token` (with `_` for `-` as well), or `auth` or `pwd` as a word of its own, a string is kept as a secret too.
             * @default {}
             */
            body?: {
                [key: string]: components["schemas"]["ValueReplacement"];
            } | null;
            /**
             * @description Where client id and secret go (RFC 6749, section 2.3.1).
             * @default header
             * @enum {string|null}
             */
            client_authentication?: "header" | "body" | null;
            client_id: string;
            /** @description Left out, it stays; null clears it. */
            client_secret?: string | null;
            /** @description Whether `client_secret` is set. */
            readonly client_secret_set?: boolean;
            /**
             * @description Further headers of the token request, at most 20. A value is a string, which is shown, or an object that holds a secret. Under a name that holds one of `access-key`, `accesskey`, `api-key`, `apikey`, `authorization`, `bearer`, `cookie`, `credential`, `passphrase`, `passwd`, `password`, `private-key`, `privatekey`, `secret`, `session`, `signature`, `token` (with `_` for `-` as well), or `auth` or `pwd` as a word of its own, a string is kept as a secret too.
             * @default {}
             */
            headers?: {
                [key: string]: components["schemas"]["ValueReplacement"];
            } | null;
            /**
             * @default POST
             * @enum {string|null}
             */
            http_method?: "POST" | "PUT" | "GET" | null;
            /**
             * @description Further query parameters of the token request, at most 20. A value is a string, which is shown, or an object that holds a secret. Under a name that holds one of `access-key`, `accesskey`, `api-key`, `apikey`, `authorization`, `bearer`, `cookie`, `credential`, `passphrase`, `passwd`, `password`, `private-key`, `privatekey`, `secret`, `session`, `signature`, `token` (with `_` for `-` as well), or `auth` or `pwd` as a word of its own, a string is kept as a secret too.
             * @default {}
             */
            query?: {
                [key: string]: components["schemas"]["ValueReplacement"];
            } | null;
            scope?: string | null;
            /**
             * Format: url
             * @description `https`, or `http` where the operator allows it. No user name, password or fragment. An address or a port that webhooks may not reach is refused here, what a name leads to at the attempt.
             */
            token_url: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            type: "oauth2_client_credentials";
        };
        Overview: {
            /** @description The latest first. */
            auto_disabled: {
                config_id: string;
                name: string;
                status_reason: string | null;
                /** Format: date-time */
                updated_at: string;
            }[];
            /** @description What EventBridge and Lambda could not bring to a function. Null where there are tenants (`AuthMode=JWT`), as it is of the whole deployment, and where the queue can't be asked now. */
            dead_letters: {
                count: number;
            } | null;
            /** @description Those that fail the longest first. */
            failing: {
                config_id: string;
                /**
                 * Format: date-time
                 * @description Since when no delivery has succeeded.
                 */
                failing_since: string;
                /** @description The newest failed event that is kept. */
                last_failure: {
                    /** Format: date-time */
                    at: string;
                    event_id: string;
                    reason: components["schemas"]["Reason"] | null;
                } | null;
                name: string;
                /** @enum {string} */
                status: "active" | "disabled";
            }[];
            /** Format: date-time */
            generated_at: string;
            /** @description The event that has been in progress for the longest. */
            oldest_in_progress: components["schemas"]["EventSummary"] | null;
            /** @description Events of which an attempt is made now. */
            running: {
                /** @description Whether that is all: if not, there are more. */
                complete: boolean;
                count: number;
            };
            /** @description Events that wait for their next attempt. */
            waiting: {
                /** @description Whether that is all: if not, there are more. */
                complete: boolean;
                count: number;
                /**
                 * Format: date-time
                 * @description When the first of them is due.
                 */
                next_attempt_at: string | null;
            };
            /** @description How many there are. */
            webhooks: {
                active: number;
                auto_disabled: number;
                /** @description Whether all webhooks were looked at. */
                complete: boolean;
                disabled: number;
                failing: number;
            };
        };
        /** @description A request as it would be sent, but for secrets. */
        Preview: {
            body: string;
            /**
             * @description How `body` is written.
             * @enum {string}
             */
            body_encoding: "utf8" | "base64";
            /** @description Length of the body, in bytes. */
            body_size: number;
            /** @description Whether the body is longer than what is shown of it. */
            body_truncated: boolean;
            /** @description As over HTTP/1.1. */
            headers: {
                name: string;
                secret: boolean;
                /** @description Null where it is a secret. */
                value: string | null;
            }[];
            /** @enum {string} */
            method: "POST" | "PUT" | "PATCH" | "DELETE" | "GET";
            /** @description How it differs from what would be sent. */
            notes: string[];
            url: string;
        };
        /** @description Problem details (RFC 9457). */
        Problem: {
            /** @enum {string} */
            code: "invalid_body" | "invalid_json" | "validation_failed" | "invalid_limit" | "invalid_cursor" | "invalid_status" | "invalid_event_name" | "invalid_time" | "invalid_bucket" | "invalid_include" | "invalid_sync" | "invalid_sample" | "invalid_payload_id" | "invalid_content_type" | "invalid_correlation_id" | "invalid_idempotency_key" | "two_payloads" | "invalid_tenant" | "forbidden" | "webhook_not_found" | "event_not_found" | "payload_not_found" | "no_event_yet" | "replay_not_found" | "attempt_not_found" | "payload_not_stored" | "response_not_stored" | "public_key_not_found" | "route_not_found" | "method_not_allowed" | "concurrent_change" | "not_signed" | "too_many_secrets" | "webhook_disabled" | "event_in_progress" | "event_running" | "event_ended" | "payload_missing" | "replay_ended" | "replay_not_stopped" | "replay_busy" | "too_many_replays" | "precondition_failed" | "payload_too_large" | "unsupported_media_type" | "precondition_required" | "internal_error" | "delivery_broken" | "unavailable";
            /** @description For people. */
            detail: string;
            /** @description With `validation_failed`: every field at fault. */
            errors?: {
                /** @enum {string} */
                code: "required" | "wrong_type" | "empty" | "too_long" | "out_of_range" | "invalid" | "invalid_url" | "target_not_allowed" | "invalid_method" | "invalid_header" | "duplicate_header" | "set_by_auth" | "invalid_filter" | "invalid_transformation" | "invalid_certificate" | "invalid_type" | "invalid_place" | "invalid_arn" | "connection_not_usable" | "read_only" | "unknown_field" | "not_available";
                /** @description What to change. */
                detail: string;
                /**
                 * Format: json-pointer
                 * @description To the field at fault (RFC 6901).
                 */
                pointer: string;
            }[];
            /** @description With `delivery_broken`: the event whose row says what is known. */
            event_id?: string;
            status: number;
            title: string;
            /**
             * Format: uri
             * @description `urn:hookstep:problem:` and the code.
             */
            type: string;
        };
        /** @description The keys that verify a tenant's `v1a` signatures. */
        PublicKeys: {
            /** @description Newest first. */
            keys: {
                /** @constant */
                algorithm: "ed25519";
                /** Format: date-time */
                created_at: string;
                /** @description The same key in PEM (RFC 8410). */
                pem: string;
                /** @description As Standard Webhooks writes it. */
                public_key: string;
                /** @constant */
                scheme: "v1a";
                /**
                 * Format: date-time
                 * @description Until when it signs, where another one has taken its place.
                 */
                signs_until: string | null;
            }[];
            tenant_id: string;
        };
        /**
         * @description Why an event was not delivered, or not yet. The codes are stable.
         * @enum {string}
         */
        Reason: "receiver_rejected" | "webhook_disabled" | "webhook_deleted" | "canceled" | "address_not_allowed" | "connection_refused" | "connect_timeout" | "tls_timeout" | "connection_failed" | "dns_failure" | "tls_failure" | "connection_closed" | "invalid_response" | "response_incomplete" | "first_byte_timeout" | "response_timeout" | "credentials_missing" | "connection_unavailable" | "body_not_mergeable" | "payload_not_json" | "payload_not_shapeable" | "transformation_failed" | "static_ip_unavailable" | "token_address_not_allowed" | "token_rejected" | "token_invalid" | "token_timeout" | "token_unreachable" | "payload_missing" | "payload_altered" | "secrets_unreadable" | "throttled" | "internal_timeout" | "internal_error";
        Replay: {
            config_id: string;
            /** Format: date-time */
            created_at: string;
            /**
             * Format: date-time
             * @description When it may be forgotten.
             */
            expires_at: string;
            /** @description Events that had their turn: the sum of the next five. */
            handled: number;
            /** @description Events that are in progress, and are not replayed. */
            in_progress: number;
            /** @description The newest event that had its turn; they have it oldest first. */
            last_event_id: string | null;
            /** @description Events that there are not, that have expired, or that are in another status by now. */
            not_found: number;
            /**
             * @description `as_configured`: in the shape that the webhook has now. `as_sent`: in the shape of the event's first attempt, about the event as it was then, so that the bytes are the same; an event that was never attempted is sent as configured.
             * @enum {string}
             */
            payload: "as_configured" | "as_sent";
            /** @description Events whose payload is gone. */
            payload_missing: number;
            per_second: number;
            /**
             * @description Why it is `stopped` or `failed`.
             * @enum {string|null}
             */
            reason: "requested" | "webhook_disabled" | "webhook_deleted" | "broken" | "stalled" | null;
            replay_id: string;
            /** @description New events that were started. What became of each is in its own row. */
            replayed: number;
            selection: components["schemas"]["ReplaySelection"];
            /** @enum {string} */
            status: "running" | "stopping" | "stopped" | "finished" | "failed";
            /** @description How many events there were when it was asked for, if that could be counted in ten seconds. */
            total: number | null;
            /** @description Events whose row Hookstep did not write. */
            unreadable: number;
            /** Format: date-time */
            updated_at: string;
            /**
             * @description `same`: the `webhook-id` of the event, so that a receiver that has seen it can drop it. `new`: one of its own.
             * @enum {string}
             */
            webhook_id: "same" | "new";
        };
        ReplayDryRun: {
            /** @description Whether all were counted; else time was up, and there are more. */
            complete: boolean;
            /** @constant */
            dry_run: true;
            /** @description Events that would be replayed, as far as their payloads still exist. */
            events: number;
            /** @description Of a list: events that are in progress. */
            in_progress: number;
            /** @description Of a list: events that there are not, or no more. */
            not_found: number;
            /** @description Of a list: events whose row Hookstep did not write. */
            unreadable: number;
        };
        ReplayOptions: {
            /**
             * @description `as_configured`: in the shape that the webhook has now. `as_sent`: in the shape of the event's first attempt, about the event as it was then, so that the bytes are the same; an event that was never attempted is sent as configured.
             * @default as_configured
             * @enum {string|null}
             */
            payload?: "as_configured" | "as_sent" | null;
            /**
             * @description `same`: the `webhook-id` of the event, so that a receiver that has seen it can drop it. `new`: one of its own.
             * @default same
             * @enum {string|null}
             */
            webhook_id?: "same" | "new" | null;
        };
        ReplaySelection: {
            /** @description How many. */
            event_ids: number;
        } | {
            /** Format: date-time */
            from: string;
            /** @enum {string} */
            status: "failed" | "skipped" | "succeeded";
            /** Format: date-time */
            to: string;
        };
        ReplayedEvent: {
            /** @description The new event. */
            event_id: string;
            /** @description The event that is sent again. */
            replay_of: string;
            /**
             * @description `in_progress`; another one only where the `Idempotency-Key` was used before.
             * @enum {string}
             */
            status: "in_progress" | "succeeded" | "failed" | "skipped";
        };
        /** @description When to try again. Kept, without effect as long as Hookstep does not redeliver. */
        RetryPolicy: {
            max_retries: number;
            retry_on: ("network" | "timeout" | "408" | "425" | "429" | "5xx" | "non_2xx")[];
            /** @description The wait before each retry; the last one again where it is shorter than `max_retries`. */
            schedule_seconds: number[];
        };
        /** @description When to try again. Kept, without effect as long as Hookstep does not redeliver. */
        RetryPolicyPatch: {
            max_retries?: number | null;
            retry_on?: ("network" | "timeout" | "408" | "425" | "429" | "5xx" | "non_2xx")[] | null;
            /** @description The wait before each retry; the last one again where it is shorter than `max_retries`. */
            schedule_seconds?: number[] | null;
        };
        /** @description When to try again. Kept, without effect as long as Hookstep does not redeliver. */
        RetryPolicyReplacement: {
            /** @default 9 */
            max_retries?: number | null;
            /**
             * @default [
             *       "network",
             *       "timeout",
             *       "408",
             *       "425",
             *       "429",
             *       "5xx"
             *     ]
             */
            retry_on?: ("network" | "timeout" | "408" | "425" | "429" | "5xx" | "non_2xx")[] | null;
            /**
             * @description The wait before each retry; the last one again where it is shorter than `max_retries`.
             * @default [
             *       5,
             *       300,
             *       1800,
             *       7200,
             *       18000,
             *       36000,
             *       50400,
             *       72000,
             *       86400
             *     ]
             */
            schedule_seconds?: number[] | null;
        };
        SecretRotation: {
            /**
             * @description How long what is replaced signs too. With 0 that ends at once, and so does all that was replaced before.
             * @default 86400
             */
            grace_period_seconds?: number | null;
            /** @description A secret of your own, of 24 to 64 bytes. Left out, Hookstep makes one and shows it once. */
            secret?: components["schemas"]["SigningSecret"] | null;
        };
        /** @description Signatures of Standard Webhooks 1.0.0. */
        Signing: {
            /** @description Until when each secret that was replaced signs too, newest first. */
            readonly earlier_secrets_valid_until: string[];
            /** @description Where the public keys of `v1a` are, from the API's root. */
            readonly public_key_url: string;
            /** @description `v1`: HMAC-SHA256 under the webhook's secret. `v1a`: Ed25519 under the tenant's key, which the call `publicKey` shows. Empty: requests are not signed. */
            schemes: ("v1" | "v1a")[];
            /** @description Only in the answer to the call with which Hookstep made it: it is shown once and never again. */
            readonly secret?: components["schemas"]["SigningSecret"];
            /** @description Whether there is a secret. */
            readonly secret_set: boolean;
        };
        /** @description Signatures of Standard Webhooks 1.0.0. */
        SigningPatch: {
            /** @description Until when each secret that was replaced signs too, newest first. */
            readonly earlier_secrets_valid_until?: string[];
            /** @description Where the public keys of `v1a` are, from the API's root. */
            readonly public_key_url?: string;
            /** @description `v1`: HMAC-SHA256 under the webhook's secret. `v1a`: Ed25519 under the tenant's key, which the call `publicKey` shows. Empty: requests are not signed. */
            schemes?: ("v1" | "v1a")[] | null;
            /** @description A string sets it at once, without a grace period (`rotateSecret` gives one). Left out, the one that is set stays; where none is, Hookstep makes one and shows it once. Null clears it, if `v1` is not among the schemes. */
            secret?: components["schemas"]["SigningSecret"] | null;
            /** @description Whether there is a secret. */
            readonly secret_set?: boolean;
        };
        /** @description Signatures of Standard Webhooks 1.0.0. */
        SigningReplacement: {
            /** @description Until when each secret that was replaced signs too, newest first. */
            readonly earlier_secrets_valid_until?: string[];
            /** @description Where the public keys of `v1a` are, from the API's root. */
            readonly public_key_url?: string;
            /**
             * @description `v1`: HMAC-SHA256 under the webhook's secret. `v1a`: Ed25519 under the tenant's key, which the call `publicKey` shows. Empty: requests are not signed.
             * @default [
             *       "v1",
             *       "v1a"
             *     ]
             */
            schemes?: ("v1" | "v1a")[] | null;
            /** @description A string sets it at once, without a grace period (`rotateSecret` gives one). Left out, the one that is set stays; where none is, Hookstep makes one and shows it once. Null clears it, if `v1` is not among the schemes. */
            secret?: components["schemas"]["SigningSecret"] | null;
            /** @description Whether there is a secret. */
            readonly secret_set?: boolean;
        };
        SigningSecret: string;
        Stats: {
            /** @enum {string} */
            bucket: "1h" | "1d";
            /** @description Every bucket, oldest first; those without events too. */
            buckets: components["schemas"]["StatsBucket"][];
            /** @description How old changes may be that are not counted yet, in seconds. Under load, and after a fault, they may be older. */
            delay_seconds: number;
            /**
             * Format: date-time
             * @description The beginning of the first bucket.
             */
            from: string;
            /**
             * Format: date-time
             * @description The end of the last one.
             */
            to: string;
            totals: components["schemas"]["StatsCounts"];
        };
        StatsBucket: {
            /** @description Events that were accepted in this time. */
            accepted: number;
            /** @description Attempts at these events. */
            attempts: number;
            /** @description Those that were not, and will not be. */
            failed: number;
            /** @description Those of them that have not come to their end. */
            in_progress: number;
            /** @description How long the attempts took to which the receiver answered, whatever it answered: half of them at most `p50`, and so on. Each is at most 5 % off. Null where there are none. */
            latency_ms: {
                /** @description In milliseconds. */
                p50: number;
                /** @description In milliseconds. */
                p95: number;
                /** @description In milliseconds. */
                p99: number;
            } | null;
            /** @description How often which reason ended an event: those of `failed` and `skipped`. */
            reasons: {
                [key: string]: number;
            };
            /** @description Those of the attempts that were not an event's first. */
            retries: number;
            /** @description Those that were not attempted: the webhook was disabled or deleted. */
            skipped: number;
            /**
             * Format: date-time
             * @description When it begins.
             */
            start: string;
            /** @description Those that were delivered, whenever that was. */
            succeeded: number;
            /** @description `succeeded` of `succeeded` and `failed` together; null where both are 0. */
            success_rate: number | null;
        };
        StatsCounts: {
            /** @description Events that were accepted in this time. */
            accepted: number;
            /** @description Attempts at these events. */
            attempts: number;
            /** @description Those that were not, and will not be. */
            failed: number;
            /** @description Those of them that have not come to their end. */
            in_progress: number;
            /** @description How long the attempts took to which the receiver answered, whatever it answered: half of them at most `p50`, and so on. Each is at most 5 % off. Null where there are none. */
            latency_ms: {
                /** @description In milliseconds. */
                p50: number;
                /** @description In milliseconds. */
                p95: number;
                /** @description In milliseconds. */
                p99: number;
            } | null;
            /** @description How often which reason ended an event: those of `failed` and `skipped`. */
            reasons: {
                [key: string]: number;
            };
            /** @description Those of the attempts that were not an event's first. */
            retries: number;
            /** @description Those that were not attempted: the webhook was disabled or deleted. */
            skipped: number;
            /** @description Those that were delivered, whenever that was. */
            succeeded: number;
            /** @description `succeeded` of `succeeded` and `failed` together; null where both are 0. */
            success_rate: number | null;
        };
        Upload: {
            /**
             * Format: date-time
             * @description When that request stops working.
             */
            expires_at: string;
            /** @constant */
            max_bytes: 1073741824;
            payload_id: string;
            /** @description The one request that uploads the payload. */
            upload: {
                headers: {
                    [key: string]: string;
                };
                /** @constant */
                method: "PUT";
                /** Format: uri */
                url: string;
            };
        };
        Value: string | {
            /** @constant */
            secret_set: true;
        };
        ValuePatch: string | {
            secret: string;
        } | {
            /** @constant */
            secret_set: true;
        } | null;
        ValueReplacement: string | {
            secret: string;
        } | {
            /** @constant */
            secret_set: true;
        };
        /** @description One configured target. Secrets are shown as being set; a signing secret that Hookstep made is in the answer to the call that made it, and in no other. */
        Webhook: {
            auth: components["schemas"]["Auth"];
            client_certificate: components["schemas"]["ClientCertificate"] | null;
            readonly config_id: string;
            /** Format: date-time */
            readonly created_at: string;
            description: string;
            /** @description Whether events are delivered; those of a disabled webhook are `skipped`. */
            enabled: boolean;
            /** @description The name of the events that it is for: their `detail-type` on the bus. */
            event_name: string | null;
            /**
             * Format: date-time
             * @description When a delivery failed for the first time since one succeeded or the webhook was changed; null where none did. A webhook that fails for too long is disabled (see `status_reason`). It may change without a new version, and is not compared where it is sent back.
             */
            readonly failing_since: string | null;
            /** @description Which events of the bus it gets. Kept, without effect as long as Hookstep reads no bus. */
            filter: components["schemas"]["Filter"] | null;
            /** @description Sent with every request. At most 50, of 8192 bytes of names and values together but for secrets; a name stands once, in whatever case, and not where `auth` sets it. A value is a string, which is shown, or an object that holds a secret. Under a name that holds one of `access-key`, `accesskey`, `api-key`, `apikey`, `authorization`, `bearer`, `cookie`, `credential`, `passphrase`, `passwd`, `password`, `private-key`, `privatekey`, `secret`, `session`, `signature`, `token` (with `_` for `-` as well), or `auth` or `pwd` as a word of its own, a string is kept as a secret too. */
            headers: {
                [key: string]: components["schemas"]["Value"];
            };
            /** @enum {string} */
            http_method: "POST" | "PUT" | "PATCH" | "DELETE" | "GET";
            name: string;
            /**
             * @description `standard_webhooks` puts the payload, which has to be JSON, into an envelope of `type`, `timestamp` and `data`; it takes `event_name`, which is that `type`.
             * @enum {string}
             */
            payload_format: "as_is" | "standard_webhooks";
            retry_policy: components["schemas"]["RetryPolicy"];
            signing: components["schemas"]["Signing"];
            /** @description Whether requests come from the deployment's static IP addresses; refused where it has none. */
            static_ip: boolean;
            /** @description Where requests come from; empty where `static_ip` is false. */
            readonly static_ip_addresses: string[];
            /** @enum {string} */
            readonly status: "active" | "disabled" | "auto_disabled";
            /** @description Why Hookstep disabled it, where it did. */
            readonly status_reason: string | null;
            readonly tenant_id: string;
            /** @description How long the receiver may take for its whole answer, a token exchange included. */
            timeout_seconds: number;
            /** @description A JSONata expression that makes the body of the payload, which has to be JSON. At most 4096 bytes as a JSON string. `$event` holds `event_id`, `event_name`, `created_at` and `config_id`. It comes before the envelope. */
            transformation: string | null;
            /** Format: date-time */
            readonly updated_at: string;
            /**
             * Format: url
             * @description `https`, or `http` where the operator allows it. No user name, password or fragment. An address or a port that webhooks may not reach is refused here, what a name leads to at the attempt.
             */
            url: string;
            /** @description One more with each change. */
            readonly version: number;
        };
        /** @description A merge patch (RFC 7396): members that are left out stay, null takes a member away, so that it gets its default; objects are merged, arrays replaced. */
        WebhookPatch: {
            auth?: components["schemas"]["AuthPatch"] | null;
            client_certificate?: components["schemas"]["ClientCertificatePatch"] | null;
            readonly config_id?: string;
            /** Format: date-time */
            readonly created_at?: string;
            description?: string | null;
            /** @description Whether events are delivered; those of a disabled webhook are `skipped`. */
            enabled?: boolean | null;
            /** @description The name of the events that it is for: their `detail-type` on the bus. */
            event_name?: string | null;
            /**
             * Format: date-time
             * @description When a delivery failed for the first time since one succeeded or the webhook was changed; null where none did. A webhook that fails for too long is disabled (see `status_reason`). It may change without a new version, and is not compared where it is sent back.
             */
            readonly failing_since?: string | null;
            /** @description Which events of the bus it gets. Kept, without effect as long as Hookstep reads no bus. */
            filter?: Record<string, never> | null;
            /** @description Sent with every request. At most 50, of 8192 bytes of names and values together but for secrets; a name stands once, in whatever case, and not where `auth` sets it. A value is a string, which is shown, or an object that holds a secret. Under a name that holds one of `access-key`, `accesskey`, `api-key`, `apikey`, `authorization`, `bearer`, `cookie`, `credential`, `passphrase`, `passwd`, `password`, `private-key`, `privatekey`, `secret`, `session`, `signature`, `token` (with `_` for `-` as well), or `auth` or `pwd` as a word of its own, a string is kept as a secret too. */
            headers?: {
                [key: string]: components["schemas"]["ValuePatch"];
            } | null;
            /** @enum {string|null} */
            http_method?: "POST" | "PUT" | "PATCH" | "DELETE" | "GET" | null;
            name?: string;
            /**
             * @description `standard_webhooks` puts the payload, which has to be JSON, into an envelope of `type`, `timestamp` and `data`; it takes `event_name`, which is that `type`.
             * @enum {string|null}
             */
            payload_format?: "as_is" | "standard_webhooks" | null;
            retry_policy?: components["schemas"]["RetryPolicyPatch"] | null;
            signing?: components["schemas"]["SigningPatch"] | null;
            /** @description Whether requests come from the deployment's static IP addresses; refused where it has none. */
            static_ip?: boolean | null;
            /** @description Where requests come from; empty where `static_ip` is false. */
            readonly static_ip_addresses?: string[];
            /** @enum {string} */
            readonly status?: "active" | "disabled" | "auto_disabled";
            /** @description Why Hookstep disabled it, where it did. */
            readonly status_reason?: string | null;
            readonly tenant_id?: string;
            /** @description How long the receiver may take for its whole answer, a token exchange included. */
            timeout_seconds?: number | null;
            /** @description A JSONata expression that makes the body of the payload, which has to be JSON. At most 4096 bytes as a JSON string. `$event` holds `event_id`, `event_name`, `created_at` and `config_id`. It comes before the envelope. */
            transformation?: string | null;
            /** Format: date-time */
            readonly updated_at?: string;
            /**
             * Format: url
             * @description `https`, or `http` where the operator allows it. No user name, password or fragment. An address or a port that webhooks may not reach is refused here, what a name leads to at the attempt.
             */
            url?: string;
            /** @description One more with each change. */
            readonly version?: number;
        };
        /** @description Everything that is not named gets its default; secrets that are left out stay. What `GET` answers can be sent back as it is. Null counts as left out, but for secrets. */
        WebhookReplacement: {
            /**
             * @default {
             *       "type": "none"
             *     }
             */
            auth?: components["schemas"]["AuthReplacement"] | null;
            client_certificate?: components["schemas"]["ClientCertificateReplacement"] | null;
            readonly config_id?: string;
            /** Format: date-time */
            readonly created_at?: string;
            /** @default  */
            description?: string | null;
            /**
             * @description Whether events are delivered; those of a disabled webhook are `skipped`.
             * @default true
             */
            enabled?: boolean | null;
            /** @description The name of the events that it is for: their `detail-type` on the bus. */
            event_name?: string | null;
            /**
             * Format: date-time
             * @description When a delivery failed for the first time since one succeeded or the webhook was changed; null where none did. A webhook that fails for too long is disabled (see `status_reason`). It may change without a new version, and is not compared where it is sent back.
             */
            readonly failing_since?: string | null;
            /** @description Which events of the bus it gets. Kept, without effect as long as Hookstep reads no bus. */
            filter?: components["schemas"]["Filter"] | null;
            /**
             * @description Sent with every request. At most 50, of 8192 bytes of names and values together but for secrets; a name stands once, in whatever case, and not where `auth` sets it. A value is a string, which is shown, or an object that holds a secret. Under a name that holds one of `access-key`, `accesskey`, `api-key`, `apikey`, `authorization`, `bearer`, `cookie`, `credential`, `passphrase`, `passwd`, `password`, `private-key`, `privatekey`, `secret`, `session`, `signature`, `token` (with `_` for `-` as well), or `auth` or `pwd` as a word of its own, a string is kept as a secret too.
             * @default {}
             */
            headers?: {
                [key: string]: components["schemas"]["ValueReplacement"];
            } | null;
            /**
             * @default POST
             * @enum {string|null}
             */
            http_method?: "POST" | "PUT" | "PATCH" | "DELETE" | "GET" | null;
            name: string;
            /**
             * @description `standard_webhooks` puts the payload, which has to be JSON, into an envelope of `type`, `timestamp` and `data`; it takes `event_name`, which is that `type`.
             * @default as_is
             * @enum {string|null}
             */
            payload_format?: "as_is" | "standard_webhooks" | null;
            /**
             * @default {
             *       "max_retries": 9,
             *       "retry_on": [
             *         "network",
             *         "timeout",
             *         "408",
             *         "425",
             *         "429",
             *         "5xx"
             *       ],
             *       "schedule_seconds": [
             *         5,
             *         300,
             *         1800,
             *         7200,
             *         18000,
             *         36000,
             *         50400,
             *         72000,
             *         86400
             *       ]
             *     }
             */
            retry_policy?: components["schemas"]["RetryPolicyReplacement"] | null;
            /**
             * @default {
             *       "schemes": [
             *         "v1",
             *         "v1a"
             *       ]
             *     }
             */
            signing?: components["schemas"]["SigningReplacement"] | null;
            /**
             * @description Whether requests come from the deployment's static IP addresses; refused where it has none.
             * @default false
             */
            static_ip?: boolean | null;
            /** @description Where requests come from; empty where `static_ip` is false. */
            readonly static_ip_addresses?: string[];
            /** @enum {string} */
            readonly status?: "active" | "disabled" | "auto_disabled";
            /** @description Why Hookstep disabled it, where it did. */
            readonly status_reason?: string | null;
            readonly tenant_id?: string;
            /**
             * @description How long the receiver may take for its whole answer, a token exchange included.
             * @default 30
             */
            timeout_seconds?: number | null;
            /** @description A JSONata expression that makes the body of the payload, which has to be JSON. At most 4096 bytes as a JSON string. `$event` holds `event_id`, `event_name`, `created_at` and `config_id`. It comes before the envelope. */
            transformation?: string | null;
            /** Format: date-time */
            readonly updated_at?: string;
            /**
             * Format: url
             * @description `https`, or `http` where the operator allows it. No user name, password or fragment. An address or a port that webhooks may not reach is refused here, what a name leads to at the attempt.
             */
            url: string;
            /** @description One more with each change. */
            readonly version?: number;
        };
    };
    responses: {
        /** @description The body is larger than what API Gateway and Lambda take. */
        ContentTooLarge: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "message": "Request Entity Too Large"
                 *     }
                 */
                "application/json": components["schemas"]["GatewayError"];
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "payload_too_large";
                    /** @constant */
                    status?: 413;
                };
            };
        };
        /** @description The caller is known and may not do this, or (IAM) the request is not signed. */
        Forbidden: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "message": "Forbidden"
                 *     }
                 */
                "application/json": components["schemas"]["GatewayError"];
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "forbidden";
                    /** @constant */
                    status?: 403;
                };
            };
        };
        /** @description Something is wrong on this side; the logs say what. */
        InternalError: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "message": "Internal Server Error"
                 *     }
                 */
                "application/json": components["schemas"]["GatewayError"];
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "internal_error";
                    /** @constant */
                    status?: 500;
                };
            };
        };
        /** @description `method_not_allowed` */
        MethodNotAllowed: {
            headers: {
                /** @description The methods that the path takes. */
                Allow?: string;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "method_not_allowed";
                    /** @constant */
                    status?: 405;
                };
            };
        };
        /** @description `route_not_found` */
        RouteNotFound: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "route_not_found";
                    /** @constant */
                    status?: 404;
                };
            };
        };
        /** @description Over the throttling limits of the API. Try again later. */
        TooManyRequests: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "message": "Too Many Requests"
                 *     }
                 */
                "application/json": components["schemas"]["GatewayError"];
            };
        };
        /** @description The token is missing, expired, not for this API, or not signed by its issuer. */
        Unauthorized: {
            headers: {
                /** @description `Bearer`, with what is wrong with the token. */
                "WWW-Authenticate"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "message": "Unauthorized"
                 *     }
                 */
                "application/json": components["schemas"]["GatewayError"];
            };
        };
        /** @description A service that Hookstep needs is unavailable, or took too long. Try again. */
        Unavailable: {
            headers: {
                /** @description After how many seconds to try again, where Hookstep itself answers. */
                "Retry-After"?: number;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "message": "Service Unavailable"
                 *     }
                 */
                "application/json": components["schemas"]["GatewayError"];
                "application/problem+json": components["schemas"]["Problem"] & {
                    /** @enum {string} */
                    code?: "unavailable";
                    /** @constant */
                    status?: 503;
                };
            };
        };
    };
    parameters: {
        /** @example 1 */
        AttemptNumber: number;
        /** @example wh_01KAJ1Q8ZW3T5V7X9Y2B4C6D8E */
        ConfigId: string;
        /**
         * @description Kept in the event's row.
         * @example c0ffee
         */
        CorrelationId: string;
        /**
         * @description Events of this correlation id.
         * @example c0ffee
         */
        CorrelationOfEvents: string;
        /**
         * @description The `next_cursor` of the page before, as it is.
         * @example evt_01KAJ1R4N6P8Q0S2T4V6W8X0Y2
         */
        EventCursor: string;
        /** @example evt_01KAJ1R4N6P8Q0S2T4V6W8X0Y2 */
        EventId: string;
        /**
         * @description Webhooks of this event name.
         * @example order.created
         */
        EventName: string;
        /**
         * @description Events of this status.
         * @example failed
         */
        EventStatus: "in_progress" | "succeeded" | "failed" | "skipped";
        /**
         * @description Events accepted at this moment or later.
         * @example 2026-11-21T00:00:00Z
         */
        From: string;
        /**
         * @description The `next_cursor` of the page before, as it is.
         * @example 3
         */
        HistoryCursor: string;
        /**
         * @description The same key for the same webhook means the same event, or the same replay, for a day.
         * @example order-4711-created
         */
        IdempotencyKey: string;
        /**
         * @description The `ETag` of the webhook as it was seen, or `*` for any. It is refused with 412 if it has changed since.
         * @example "3"
         */
        IfMatch: string;
        /**
         * @description The `ETag` of the webhook as it was seen, or `*` for any. It is refused with 412 if it has changed since.
         * @example "3"
         */
        IfMatchRequired: string;
        /**
         * @description What to add: `stats` for `last_day`.
         * @example stats
         */
        Include: "stats";
        /**
         * @description How many items a page holds at most.
         * @example 50
         */
        Limit: number;
        /**
         * @description Events of this name.
         * @example order.created
         */
        NameOfEvents: string;
        /**
         * @description The event whose payload it is, in place of a body.
         * @example evt_01KAJ1R4N6P8Q0S2T4V6W8X0Y2
         */
        OfEvent: string;
        /**
         * @description The id of an upload that `POST /webhook/{config_id}/payloads` answered, in place of a body.
         * @example pay_01KAJ1RZ3A5B7C9D1E3F5G7H9J
         */
        PayloadId: string;
        /**
         * @description The `next_cursor` of the page before, as it is.
         * @example rep_01KAM4T6V8X0Z2B4D6F8H0J2M4
         */
        ReplayCursor: string;
        /** @example rep_01KAM4T6V8X0Z2B4D6F8H0J2M4 */
        ReplayId: string;
        /**
         * @description What is sent where there is no body.
         * @example newest
         */
        Sample: "generated" | "newest";
        /**
         * @description How long a bucket is: an hour, for at most 31 days, or a day (UTC), for at most 366. Where left out: an hour up to 7 days, else a day.
         * @example 1h
         */
        StatsBucket: "1h" | "1d";
        /**
         * @description The beginning: 24 hours before `to`, where left out. Rounded down to a whole bucket.
         * @example 2026-11-21T08:00:00Z
         */
        StatsFrom: string;
        /**
         * @description The end: now, where left out. Rounded up to a whole bucket.
         * @example 2026-11-22T08:00:00Z
         */
        StatsTo: string;
        /**
         * @description Events of this status: `failed` or `in_progress`, or any where a `correlation_id` is given. It may be left out there only.
         * @example failed
         */
        StatusAcross: "in_progress" | "succeeded" | "failed" | "skipped";
        /**
         * @description Whether to wait for the outcome.
         * @example true
         */
        Sync: boolean;
        /**
         * @description Whose keys. Needed where there are tenants (`AuthMode=JWT`).
         * @example default
         */
        TenantId: string;
        /**
         * @description Events accepted at this moment or earlier.
         * @example 2026-11-21T23:59:59Z
         */
        To: string;
        /**
         * @description The trace that the delivery is to belong to (W3C Trace Context). What is not valid is as if it were not there.
         * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
         */
        Traceparent: string;
        /**
         * @description Sent on as it is with a valid `traceparent`, up to 512 bytes.
         * @example congo=t61rcWkgMzE
         */
        Tracestate: string;
        /**
         * @description The `next_cursor` of the page before, as it is.
         * @example wh_01KAJ1Q8ZW3T5V7X9Y2B4C6D8E
         */
        WebhookCursor: string;
        /**
         * @description Webhooks of this status.
         * @example active
         */
        WebhookStatus: "active" | "disabled" | "auto_disabled";
    };
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    publicKey: {
        parameters: {
            query?: {
                /**
                 * @description Whose keys. Needed where there are tenants (`AuthMode=JWT`).
                 * @example default
                 */
                tenant_id?: components["parameters"]["TenantId"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The public keys. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PublicKeys"];
                };
            };
            /** @description `invalid_tenant` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "invalid_tenant";
                        /** @constant */
                        status?: 400;
                    };
                };
            };
            /** @description `public_key_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "public_key_not_found";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            429: components["responses"]["TooManyRequests"];
            /** @description Something is wrong on this side; the logs say what. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "message": "Internal Server Error"
                     *     }
                     */
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description A service that Hookstep needs is unavailable, or took too long. Try again. */
            503: {
                headers: {
                    /** @description After how many seconds to try again, where Hookstep itself answers. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "message": "Service Unavailable"
                     *     }
                     */
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    consoleConfig: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The settings. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConsoleConfig"];
                };
            };
            429: components["responses"]["TooManyRequests"];
            /** @description Something is wrong on this side; the logs say what. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "message": "Internal Server Error"
                     *     }
                     */
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description A service that Hookstep needs is unavailable, or took too long. Try again. */
            503: {
                headers: {
                    /** @description After how many seconds to try again, where Hookstep itself answers. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "message": "Service Unavailable"
                     *     }
                     */
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    listEvents: {
        parameters: {
            query?: {
                /**
                 * @description Events of this status: `failed` or `in_progress`, or any where a `correlation_id` is given. It may be left out there only.
                 * @example failed
                 */
                status?: components["parameters"]["StatusAcross"];
                /**
                 * @description Events of this name.
                 * @example order.created
                 */
                event_name?: components["parameters"]["NameOfEvents"];
                /**
                 * @description Events of this correlation id.
                 * @example c0ffee
                 */
                correlation_id?: components["parameters"]["CorrelationOfEvents"];
                /**
                 * @description Events accepted at this moment or later.
                 * @example 2026-11-21T00:00:00Z
                 */
                from?: components["parameters"]["From"];
                /**
                 * @description Events accepted at this moment or earlier.
                 * @example 2026-11-21T23:59:59Z
                 */
                to?: components["parameters"]["To"];
                /**
                 * @description How many items a page holds at most.
                 * @example 50
                 */
                limit?: components["parameters"]["Limit"];
                /**
                 * @description The `next_cursor` of the page before, as it is.
                 * @example evt_01KAJ1R4N6P8Q0S2T4V6W8X0Y2
                 */
                cursor?: components["parameters"]["EventCursor"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Newest first, without payloads and responses. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["EventSummary"][];
                        /** @description Where the next page begins, if there is one. */
                        next_cursor: string | null;
                    };
                };
            };
            /** @description `invalid_status`, `invalid_event_name`, `invalid_correlation_id`, `invalid_time`, `invalid_limit`, `invalid_cursor` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "invalid_status" | "invalid_event_name" | "invalid_correlation_id" | "invalid_time" | "invalid_limit" | "invalid_cursor";
                        /** @constant */
                        status?: 400;
                    };
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    testFilter: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The filter and the event. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["FilterTest"];
            };
        };
        responses: {
            /** @description Whether it does. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilterTestResult"];
                };
            };
            /** @description `invalid_body`, `invalid_json`, `validation_failed` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "invalid_body" | "invalid_json" | "validation_failed";
                        /** @constant */
                        status?: 400;
                    };
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            413: components["responses"]["ContentTooLarge"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    health: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It does. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @constant */
                        status: "ok";
                    };
                };
            };
            429: components["responses"]["TooManyRequests"];
            /** @description Something is wrong on this side; the logs say what. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "message": "Internal Server Error"
                     *     }
                     */
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description A service that Hookstep needs is unavailable, or took too long. Try again. */
            503: {
                headers: {
                    /** @description After how many seconds to try again, where Hookstep itself answers. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "message": "Service Unavailable"
                     *     }
                     */
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    openApi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OpenAPI 3.1. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        openapi: string;
                        paths: Record<string, never>;
                    };
                };
            };
            429: components["responses"]["TooManyRequests"];
            /** @description Something is wrong on this side; the logs say what. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "message": "Internal Server Error"
                     *     }
                     */
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
            /** @description A service that Hookstep needs is unavailable, or took too long. Try again. */
            503: {
                headers: {
                    /** @description After how many seconds to try again, where Hookstep itself answers. */
                    "Retry-After"?: number;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "message": "Service Unavailable"
                     *     }
                     */
                    "application/json": components["schemas"]["GatewayError"];
                };
            };
        };
    };
    overview: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How things stand. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Overview"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    rotateSigningKey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description How long the old key signs too; may be left out. */
        requestBody?: {
            content: {
                "application/json": components["schemas"]["KeyRotation"];
            };
        };
        responses: {
            /** @description The public keys. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PublicKeys"];
                };
            };
            /** @description `invalid_body`, `invalid_json`, `validation_failed` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "invalid_body" | "invalid_json" | "validation_failed";
                        /** @constant */
                        status?: 400;
                    };
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            /** @description `concurrent_change`, `too_many_secrets` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "concurrent_change" | "too_many_secrets";
                        /** @constant */
                        status?: 409;
                    };
                };
            };
            413: components["responses"]["ContentTooLarge"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    stats: {
        parameters: {
            query?: {
                /**
                 * @description The beginning: 24 hours before `to`, where left out. Rounded down to a whole bucket.
                 * @example 2026-11-21T08:00:00Z
                 */
                from?: components["parameters"]["StatsFrom"];
                /**
                 * @description The end: now, where left out. Rounded up to a whole bucket.
                 * @example 2026-11-22T08:00:00Z
                 */
                to?: components["parameters"]["StatsTo"];
                /**
                 * @description How long a bucket is: an hour, for at most 31 days, or a day (UTC), for at most 366. Where left out: an hour up to 7 days, else a day.
                 * @example 1h
                 */
                bucket?: components["parameters"]["StatsBucket"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Totals, and each bucket. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Stats"];
                };
            };
            /** @description `invalid_time`, `invalid_bucket` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "invalid_time" | "invalid_bucket";
                        /** @constant */
                        status?: 400;
                    };
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    listWebhooks: {
        parameters: {
            query?: {
                /**
                 * @description Webhooks of this event name.
                 * @example order.created
                 */
                event_name?: components["parameters"]["EventName"];
                /**
                 * @description Webhooks of this status.
                 * @example active
                 */
                status?: components["parameters"]["WebhookStatus"];
                /**
                 * @description What to add: `stats` for `last_day`.
                 * @example stats
                 */
                include?: components["parameters"]["Include"];
                /**
                 * @description How many items a page holds at most.
                 * @example 50
                 */
                limit?: components["parameters"]["Limit"];
                /**
                 * @description The `next_cursor` of the page before, as it is.
                 * @example wh_01KAJ1Q8ZW3T5V7X9Y2B4C6D8E
                 */
                cursor?: components["parameters"]["WebhookCursor"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Oldest first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["ListedWebhook"][];
                        /** @description Where the next page begins, if there is one. */
                        next_cursor: string | null;
                    };
                };
            };
            /** @description `invalid_event_name`, `invalid_status`, `invalid_include`, `invalid_limit`, `invalid_cursor` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "invalid_event_name" | "invalid_status" | "invalid_include" | "invalid_limit" | "invalid_cursor";
                        /** @constant */
                        status?: 400;
                    };
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    createWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description The webhook. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewWebhook"];
            };
        };
        responses: {
            /** @description Created, with its signing secret where Hookstep made it. */
            201: {
                headers: {
                    /**
                     * @description The webhook's version, for `If-Match`.
                     * @example "1"
                     */
                    ETag: string;
                    /**
                     * @description Where it is, from the API's root.
                     * @example /webhook/wh_01KAJ1Q8ZW3T5V7X9Y2B4C6D8E
                     */
                    Location: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Webhook"];
                };
            };
            /** @description `invalid_body`, `invalid_json`, `validation_failed` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "invalid_body" | "invalid_json" | "validation_failed";
                        /** @constant */
                        status?: 400;
                    };
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            413: components["responses"]["ContentTooLarge"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example wh_01KAJ1Q8ZW3T5V7X9Y2B4C6D8E */
                config_id: components["parameters"]["ConfigId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The webhook. */
            200: {
                headers: {
                    /**
                     * @description The webhook's version, for `If-Match`.
                     * @example "4"
                     */
                    ETag: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Webhook"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            /** @description `webhook_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "webhook_not_found";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    replaceWebhook: {
        parameters: {
            query?: never;
            header: {
                /**
                 * @description The `ETag` of the webhook as it was seen, or `*` for any. It is refused with 412 if it has changed since.
                 * @example "3"
                 */
                "If-Match": components["parameters"]["IfMatchRequired"];
            };
            path: {
                /** @example wh_01KAJ1Q8ZW3T5V7X9Y2B4C6D8E */
                config_id: components["parameters"]["ConfigId"];
            };
            cookie?: never;
        };
        /** @description The webhook. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["WebhookReplacement"];
            };
        };
        responses: {
            /** @description Replaced. */
            200: {
                headers: {
                    /**
                     * @description The webhook's version, for `If-Match`.
                     * @example "4"
                     */
                    ETag: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Webhook"];
                };
            };
            /** @description `invalid_body`, `invalid_json`, `validation_failed` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "invalid_body" | "invalid_json" | "validation_failed";
                        /** @constant */
                        status?: 400;
                    };
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            /** @description `webhook_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "webhook_not_found";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            /** @description `concurrent_change` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "concurrent_change";
                        /** @constant */
                        status?: 409;
                    };
                };
            };
            /** @description `precondition_failed` */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "precondition_failed";
                        /** @constant */
                        status?: 412;
                    };
                };
            };
            413: components["responses"]["ContentTooLarge"];
            /** @description `precondition_required` */
            428: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "precondition_required";
                        /** @constant */
                        status?: 428;
                    };
                };
            };
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    deleteWebhook: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `ETag` of the webhook as it was seen, or `*` for any. It is refused with 412 if it has changed since.
                 * @example "3"
                 */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /** @example wh_01KAJ1Q8ZW3T5V7X9Y2B4C6D8E */
                config_id: components["parameters"]["ConfigId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            /** @description `webhook_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "webhook_not_found";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            /** @description `concurrent_change` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "concurrent_change";
                        /** @constant */
                        status?: 409;
                    };
                };
            };
            /** @description `precondition_failed` */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "precondition_failed";
                        /** @constant */
                        status?: 412;
                    };
                };
            };
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    patchWebhook: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `ETag` of the webhook as it was seen, or `*` for any. It is refused with 412 if it has changed since.
                 * @example "3"
                 */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /** @example wh_01KAJ1Q8ZW3T5V7X9Y2B4C6D8E */
                config_id: components["parameters"]["ConfigId"];
            };
            cookie?: never;
        };
        /** @description The changes. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["WebhookPatch"];
                "application/merge-patch+json": components["schemas"]["WebhookPatch"];
            };
        };
        responses: {
            /** @description Changed. */
            200: {
                headers: {
                    /**
                     * @description The webhook's version, for `If-Match`.
                     * @example "4"
                     */
                    ETag: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Webhook"];
                };
            };
            /** @description `invalid_body`, `invalid_json`, `validation_failed` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "invalid_body" | "invalid_json" | "validation_failed";
                        /** @constant */
                        status?: 400;
                    };
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            /** @description `webhook_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "webhook_not_found";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            /** @description `concurrent_change` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "concurrent_change";
                        /** @constant */
                        status?: 409;
                    };
                };
            };
            /** @description `precondition_failed` */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "precondition_failed";
                        /** @constant */
                        status?: 412;
                    };
                };
            };
            413: components["responses"]["ContentTooLarge"];
            /** @description `unsupported_media_type` */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "unsupported_media_type";
                        /** @constant */
                        status?: 415;
                    };
                };
            };
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    listWebhookEvents: {
        parameters: {
            query?: {
                /**
                 * @description Events of this status.
                 * @example failed
                 */
                status?: components["parameters"]["EventStatus"];
                /**
                 * @description Events of this name.
                 * @example order.created
                 */
                event_name?: components["parameters"]["NameOfEvents"];
                /**
                 * @description Events of this correlation id.
                 * @example c0ffee
                 */
                correlation_id?: components["parameters"]["CorrelationOfEvents"];
                /**
                 * @description Events accepted at this moment or later.
                 * @example 2026-11-21T00:00:00Z
                 */
                from?: components["parameters"]["From"];
                /**
                 * @description Events accepted at this moment or earlier.
                 * @example 2026-11-21T23:59:59Z
                 */
                to?: components["parameters"]["To"];
                /**
                 * @description How many items a page holds at most.
                 * @example 50
                 */
                limit?: components["parameters"]["Limit"];
                /**
                 * @description The `next_cursor` of the page before, as it is.
                 * @example evt_01KAJ1R4N6P8Q0S2T4V6W8X0Y2
                 */
                cursor?: components["parameters"]["EventCursor"];
            };
            header?: never;
            path: {
                /** @example wh_01KAJ1Q8ZW3T5V7X9Y2B4C6D8E */
                config_id: components["parameters"]["ConfigId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Newest first, without payloads and responses. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["EventSummary"][];
                        /** @description Where the next page begins, if there is one. */
                        next_cursor: string | null;
                    };
                };
            };
            /** @description `invalid_status`, `invalid_event_name`, `invalid_correlation_id`, `invalid_time`, `invalid_limit`, `invalid_cursor` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "invalid_status" | "invalid_event_name" | "invalid_correlation_id" | "invalid_time" | "invalid_limit" | "invalid_cursor";
                        /** @constant */
                        status?: 400;
                    };
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            /** @description `webhook_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "webhook_not_found";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getEvent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example wh_01KAJ1Q8ZW3T5V7X9Y2B4C6D8E */
                config_id: components["parameters"]["ConfigId"];
                /** @example evt_01KAJ1R4N6P8Q0S2T4V6W8X0Y2 */
                event_id: components["parameters"]["EventId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The event. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Event"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            /** @description `webhook_not_found`, `event_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "webhook_not_found" | "event_not_found";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    downloadResponse: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example wh_01KAJ1Q8ZW3T5V7X9Y2B4C6D8E */
                config_id: components["parameters"]["ConfigId"];
                /** @example evt_01KAJ1R4N6P8Q0S2T4V6W8X0Y2 */
                event_id: components["parameters"]["EventId"];
                /** @example 1 */
                number: components["parameters"]["AttemptNumber"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Where the bytes are, for five minutes. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Download"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            /** @description `webhook_not_found`, `event_not_found`, `attempt_not_found`, `response_not_stored` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "webhook_not_found" | "event_not_found" | "attempt_not_found" | "response_not_stored";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    cancelEvent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example wh_01KAJ1Q8ZW3T5V7X9Y2B4C6D8E */
                config_id: components["parameters"]["ConfigId"];
                /** @example evt_01KAJ1R4N6P8Q0S2T4V6W8X0Y2 */
                event_id: components["parameters"]["EventId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The event has ended. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Concluded"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            /** @description `webhook_not_found`, `event_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "webhook_not_found" | "event_not_found";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            /** @description `event_running`, `event_ended` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "event_running" | "event_ended";
                        /** @constant */
                        status?: 409;
                    };
                };
            };
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    downloadPayload: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example wh_01KAJ1Q8ZW3T5V7X9Y2B4C6D8E */
                config_id: components["parameters"]["ConfigId"];
                /** @example evt_01KAJ1R4N6P8Q0S2T4V6W8X0Y2 */
                event_id: components["parameters"]["EventId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Where the bytes are, for five minutes. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Download"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            /** @description `webhook_not_found`, `event_not_found`, `payload_not_stored` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "webhook_not_found" | "event_not_found" | "payload_not_stored";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    replayEvent: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The same key for the same webhook means the same event, or the same replay, for a day.
                 * @example order-4711-created
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @example wh_01KAJ1Q8ZW3T5V7X9Y2B4C6D8E */
                config_id: components["parameters"]["ConfigId"];
                /** @example evt_01KAJ1R4N6P8Q0S2T4V6W8X0Y2 */
                event_id: components["parameters"]["EventId"];
            };
            cookie?: never;
        };
        /** @description How it is sent; may be left out. */
        requestBody?: {
            content: {
                "application/json": components["schemas"]["ReplayOptions"];
            };
        };
        responses: {
            /** @description The new event; its delivery goes on. */
            202: {
                headers: {
                    /**
                     * @description Where the new event's row is, from the API's root.
                     * @example /webhook/wh_01KAJ1Q8ZW3T5V7X9Y2B4C6D8E/events/evt_01KAM4S0A2C4E6G8J0K2M4N6P8
                     */
                    Location: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReplayedEvent"];
                };
            };
            /** @description `invalid_body`, `invalid_json`, `validation_failed`, `invalid_idempotency_key` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "invalid_body" | "invalid_json" | "validation_failed" | "invalid_idempotency_key";
                        /** @constant */
                        status?: 400;
                    };
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            /** @description `webhook_not_found`, `event_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "webhook_not_found" | "event_not_found";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            /** @description `event_in_progress`, `webhook_disabled`, `payload_missing` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "event_in_progress" | "webhook_disabled" | "payload_missing";
                        /** @constant */
                        status?: 409;
                    };
                };
            };
            413: components["responses"]["ContentTooLarge"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    retryEvent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example wh_01KAJ1Q8ZW3T5V7X9Y2B4C6D8E */
                config_id: components["parameters"]["ConfigId"];
                /** @example evt_01KAJ1R4N6P8Q0S2T4V6W8X0Y2 */
                event_id: components["parameters"]["EventId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Accepted; the delivery goes on. */
            202: {
                headers: {
                    /**
                     * @description Where the event's row is, from the API's root.
                     * @example /webhook/wh_01KAJ1Q8ZW3T5V7X9Y2B4C6D8E/events/evt_01KAJ1R4N6P8Q0S2T4V6W8X0Y2
                     */
                    Location: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            /** @description `webhook_not_found`, `event_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "webhook_not_found" | "event_not_found";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            /** @description `event_running`, `event_ended`, `webhook_disabled` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "event_running" | "event_ended" | "webhook_disabled";
                        /** @constant */
                        status?: 409;
                    };
                };
            };
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    webhookHistory: {
        parameters: {
            query?: {
                /**
                 * @description How many items a page holds at most.
                 * @example 50
                 */
                limit?: components["parameters"]["Limit"];
                /**
                 * @description The `next_cursor` of the page before, as it is.
                 * @example 3
                 */
                cursor?: components["parameters"]["HistoryCursor"];
            };
            header?: never;
            path: {
                /** @example wh_01KAJ1Q8ZW3T5V7X9Y2B4C6D8E */
                config_id: components["parameters"]["ConfigId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Newest first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Change"][];
                        /** @description Where the next page begins, if there is one. */
                        next_cursor: string | null;
                    };
                };
            };
            /** @description `invalid_limit`, `invalid_cursor` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "invalid_limit" | "invalid_cursor";
                        /** @constant */
                        status?: 400;
                    };
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            /** @description `webhook_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "webhook_not_found";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    createPayload: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example wh_01KAJ1Q8ZW3T5V7X9Y2B4C6D8E */
                config_id: components["parameters"]["ConfigId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Where to upload it. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Upload"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            /** @description `webhook_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "webhook_not_found";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    previewWebhook: {
        parameters: {
            query?: {
                /**
                 * @description The event whose payload it is, in place of a body.
                 * @example evt_01KAJ1R4N6P8Q0S2T4V6W8X0Y2
                 */
                event_id?: components["parameters"]["OfEvent"];
            };
            header?: never;
            path: {
                /** @example wh_01KAJ1Q8ZW3T5V7X9Y2B4C6D8E */
                config_id: components["parameters"]["ConfigId"];
            };
            cookie?: never;
        };
        /** @description The payload, if it is not to be the sample or that of an event. */
        requestBody?: {
            content: {
                "*/*": unknown;
                "application/json": unknown;
            };
        };
        responses: {
            /** @description The request, or why there is none. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Preview"] | components["schemas"]["NoPreview"];
                };
            };
            /** @description `invalid_body`, `invalid_content_type`, `two_payloads` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "invalid_body" | "invalid_content_type" | "two_payloads";
                        /** @constant */
                        status?: 400;
                    };
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            /** @description `webhook_not_found`, `event_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "webhook_not_found" | "event_not_found";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            /** @description `payload_missing` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "payload_missing";
                        /** @constant */
                        status?: 409;
                    };
                };
            };
            413: components["responses"]["ContentTooLarge"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    replayEvents: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The same key for the same webhook means the same event, or the same replay, for a day.
                 * @example order-4711-created
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path: {
                /** @example wh_01KAJ1Q8ZW3T5V7X9Y2B4C6D8E */
                config_id: components["parameters"]["ConfigId"];
            };
            cookie?: never;
        };
        /** @description Which events, and how they are sent. */
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewReplay"];
            };
        };
        responses: {
            /** @description With `dry_run`: how many events there are. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReplayDryRun"];
                };
            };
            /** @description The replay, which goes on. */
            202: {
                headers: {
                    /**
                     * @description Where the replay is, from the API's root.
                     * @example /webhook/wh_01KAJ1Q8ZW3T5V7X9Y2B4C6D8E/replays/rep_01KAM4T6V8X0Z2B4D6F8H0J2M4
                     */
                    Location: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Replay"];
                };
            };
            /** @description `invalid_body`, `invalid_json`, `validation_failed`, `invalid_idempotency_key` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "invalid_body" | "invalid_json" | "validation_failed" | "invalid_idempotency_key";
                        /** @constant */
                        status?: 400;
                    };
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            /** @description `webhook_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "webhook_not_found";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            /** @description `webhook_disabled`, `too_many_replays` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "webhook_disabled" | "too_many_replays";
                        /** @constant */
                        status?: 409;
                    };
                };
            };
            413: components["responses"]["ContentTooLarge"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    listReplays: {
        parameters: {
            query?: {
                /**
                 * @description How many items a page holds at most.
                 * @example 50
                 */
                limit?: components["parameters"]["Limit"];
                /**
                 * @description The `next_cursor` of the page before, as it is.
                 * @example rep_01KAM4T6V8X0Z2B4D6F8H0J2M4
                 */
                cursor?: components["parameters"]["ReplayCursor"];
            };
            header?: never;
            path: {
                /** @example wh_01KAJ1Q8ZW3T5V7X9Y2B4C6D8E */
                config_id: components["parameters"]["ConfigId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Newest first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data: components["schemas"]["Replay"][];
                        /** @description Where the next page begins, if there is one. */
                        next_cursor: string | null;
                    };
                };
            };
            /** @description `invalid_limit`, `invalid_cursor` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "invalid_limit" | "invalid_cursor";
                        /** @constant */
                        status?: 400;
                    };
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            /** @description `webhook_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "webhook_not_found";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getReplay: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example wh_01KAJ1Q8ZW3T5V7X9Y2B4C6D8E */
                config_id: components["parameters"]["ConfigId"];
                /** @example rep_01KAM4T6V8X0Z2B4D6F8H0J2M4 */
                replay_id: components["parameters"]["ReplayId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The replay. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Replay"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            /** @description `webhook_not_found`, `replay_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "webhook_not_found" | "replay_not_found";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    resumeReplay: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example wh_01KAJ1Q8ZW3T5V7X9Y2B4C6D8E */
                config_id: components["parameters"]["ConfigId"];
                /** @example rep_01KAM4T6V8X0Z2B4D6F8H0J2M4 */
                replay_id: components["parameters"]["ReplayId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It goes on. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Replay"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            /** @description `webhook_not_found`, `replay_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "webhook_not_found" | "replay_not_found";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            /** @description `webhook_disabled`, `replay_not_stopped`, `replay_busy` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "webhook_disabled" | "replay_not_stopped" | "replay_busy";
                        /** @constant */
                        status?: 409;
                    };
                };
            };
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    stopReplay: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example wh_01KAJ1Q8ZW3T5V7X9Y2B4C6D8E */
                config_id: components["parameters"]["ConfigId"];
                /** @example rep_01KAM4T6V8X0Z2B4D6F8H0J2M4 */
                replay_id: components["parameters"]["ReplayId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It will stop, or has. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Replay"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            /** @description `webhook_not_found`, `replay_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "webhook_not_found" | "replay_not_found";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            /** @description `replay_ended`, `replay_busy`, `too_many_replays` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "replay_ended" | "replay_busy" | "too_many_replays";
                        /** @constant */
                        status?: 409;
                    };
                };
            };
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    rotateSecret: {
        parameters: {
            query?: never;
            header?: {
                /**
                 * @description The `ETag` of the webhook as it was seen, or `*` for any. It is refused with 412 if it has changed since.
                 * @example "3"
                 */
                "If-Match"?: components["parameters"]["IfMatch"];
            };
            path: {
                /** @example wh_01KAJ1Q8ZW3T5V7X9Y2B4C6D8E */
                config_id: components["parameters"]["ConfigId"];
            };
            cookie?: never;
        };
        /** @description What becomes of the secrets; may be left out. */
        requestBody?: {
            content: {
                "application/json": components["schemas"]["SecretRotation"];
            };
        };
        responses: {
            /** @description The webhook, with the new secret where Hookstep made it. */
            200: {
                headers: {
                    /**
                     * @description The webhook's version, for `If-Match`.
                     * @example "4"
                     */
                    ETag: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Webhook"];
                };
            };
            /** @description `invalid_body`, `invalid_json`, `validation_failed` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "invalid_body" | "invalid_json" | "validation_failed";
                        /** @constant */
                        status?: 400;
                    };
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            /** @description `webhook_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "webhook_not_found";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            /** @description `concurrent_change`, `not_signed`, `too_many_secrets` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "concurrent_change" | "not_signed" | "too_many_secrets";
                        /** @constant */
                        status?: 409;
                    };
                };
            };
            /** @description `precondition_failed` */
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "precondition_failed";
                        /** @constant */
                        status?: 412;
                    };
                };
            };
            413: components["responses"]["ContentTooLarge"];
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    webhookStats: {
        parameters: {
            query?: {
                /**
                 * @description The beginning: 24 hours before `to`, where left out. Rounded down to a whole bucket.
                 * @example 2026-11-21T08:00:00Z
                 */
                from?: components["parameters"]["StatsFrom"];
                /**
                 * @description The end: now, where left out. Rounded up to a whole bucket.
                 * @example 2026-11-22T08:00:00Z
                 */
                to?: components["parameters"]["StatsTo"];
                /**
                 * @description How long a bucket is: an hour, for at most 31 days, or a day (UTC), for at most 366. Where left out: an hour up to 7 days, else a day.
                 * @example 1h
                 */
                bucket?: components["parameters"]["StatsBucket"];
            };
            header?: never;
            path: {
                /** @example wh_01KAJ1Q8ZW3T5V7X9Y2B4C6D8E */
                config_id: components["parameters"]["ConfigId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Totals, and each bucket. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Stats"];
                };
            };
            /** @description `invalid_time`, `invalid_bucket` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "invalid_time" | "invalid_bucket";
                        /** @constant */
                        status?: 400;
                    };
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            /** @description `webhook_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "webhook_not_found";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    testWebhook: {
        parameters: {
            query?: {
                /**
                 * @description What is sent where there is no body.
                 * @example newest
                 */
                sample?: components["parameters"]["Sample"];
                /**
                 * @description The id of an upload that `POST /webhook/{config_id}/payloads` answered, in place of a body.
                 * @example pay_01KAJ1RZ3A5B7C9D1E3F5G7H9J
                 */
                payload_id?: components["parameters"]["PayloadId"];
            };
            header?: {
                /**
                 * @description The same key for the same webhook means the same event, or the same replay, for a day.
                 * @example order-4711-created
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description Kept in the event's row.
                 * @example c0ffee
                 */
                "X-Correlation-Id"?: components["parameters"]["CorrelationId"];
                /**
                 * @description The trace that the delivery is to belong to (W3C Trace Context). What is not valid is as if it were not there.
                 * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
                 */
                traceparent?: components["parameters"]["Traceparent"];
                /**
                 * @description Sent on as it is with a valid `traceparent`, up to 512 bytes.
                 * @example congo=t61rcWkgMzE
                 */
                tracestate?: components["parameters"]["Tracestate"];
            };
            path: {
                /** @example wh_01KAJ1Q8ZW3T5V7X9Y2B4C6D8E */
                config_id: components["parameters"]["ConfigId"];
            };
            cookie?: never;
        };
        /** @description The payload, if it is not to be a sample. */
        requestBody?: {
            content: {
                "*/*": unknown;
                "application/json": unknown;
            };
        };
        responses: {
            /** @description What came of it. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Concluded"];
                };
            };
            /** @description Accepted; the delivery goes on. */
            202: {
                headers: {
                    /**
                     * @description Where the event's row is, from the API's root.
                     * @example /webhook/wh_01KAJ1Q8ZW3T5V7X9Y2B4C6D8E/events/evt_01KAJ1R4N6P8Q0S2T4V6W8X0Y2
                     */
                    Location: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
            /** @description `invalid_body`, `invalid_sync`, `invalid_payload_id`, `invalid_content_type`, `invalid_correlation_id`, `invalid_idempotency_key`, `two_payloads`, `invalid_sample` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "invalid_body" | "invalid_sync" | "invalid_payload_id" | "invalid_content_type" | "invalid_correlation_id" | "invalid_idempotency_key" | "two_payloads" | "invalid_sample";
                        /** @constant */
                        status?: 400;
                    };
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            /** @description `webhook_not_found`, `payload_not_found`, `no_event_yet` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "webhook_not_found" | "payload_not_found" | "no_event_yet";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            413: components["responses"]["ContentTooLarge"];
            429: components["responses"]["TooManyRequests"];
            /** @description Something is wrong on this side; the logs say what. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "message": "Internal Server Error"
                     *     }
                     */
                    "application/json": components["schemas"]["GatewayError"];
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "delivery_broken" | "internal_error";
                        /** @constant */
                        status?: 500;
                    };
                };
            };
            503: components["responses"]["Unavailable"];
        };
    };
    testAuth: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @example wh_01KAJ1Q8ZW3T5V7X9Y2B4C6D8E */
                config_id: components["parameters"]["ConfigId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What came of it. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuthTrial"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            /** @description `webhook_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "webhook_not_found";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            429: components["responses"]["TooManyRequests"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    triggerWebhook: {
        parameters: {
            query?: {
                /**
                 * @description Whether to wait for the outcome.
                 * @example true
                 */
                sync?: components["parameters"]["Sync"];
                /**
                 * @description The id of an upload that `POST /webhook/{config_id}/payloads` answered, in place of a body.
                 * @example pay_01KAJ1RZ3A5B7C9D1E3F5G7H9J
                 */
                payload_id?: components["parameters"]["PayloadId"];
            };
            header?: {
                /**
                 * @description The same key for the same webhook means the same event, or the same replay, for a day.
                 * @example order-4711-created
                 */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
                /**
                 * @description Kept in the event's row.
                 * @example c0ffee
                 */
                "X-Correlation-Id"?: components["parameters"]["CorrelationId"];
                /**
                 * @description The trace that the delivery is to belong to (W3C Trace Context). What is not valid is as if it were not there.
                 * @example 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
                 */
                traceparent?: components["parameters"]["Traceparent"];
                /**
                 * @description Sent on as it is with a valid `traceparent`, up to 512 bytes.
                 * @example congo=t61rcWkgMzE
                 */
                tracestate?: components["parameters"]["Tracestate"];
            };
            path: {
                /** @example wh_01KAJ1Q8ZW3T5V7X9Y2B4C6D8E */
                config_id: components["parameters"]["ConfigId"];
            };
            cookie?: never;
        };
        /** @description The payload. It may be empty. */
        requestBody?: {
            content: {
                "*/*": unknown;
                "application/json": unknown;
            };
        };
        responses: {
            /** @description What came of it. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Concluded"];
                };
            };
            /** @description Accepted; the delivery goes on. */
            202: {
                headers: {
                    /**
                     * @description Where the event's row is, from the API's root.
                     * @example /webhook/wh_01KAJ1Q8ZW3T5V7X9Y2B4C6D8E/events/evt_01KAJ1R4N6P8Q0S2T4V6W8X0Y2
                     */
                    Location: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Accepted"];
                };
            };
            /** @description `invalid_body`, `invalid_sync`, `invalid_payload_id`, `invalid_content_type`, `invalid_correlation_id`, `invalid_idempotency_key`, `two_payloads` */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "invalid_body" | "invalid_sync" | "invalid_payload_id" | "invalid_content_type" | "invalid_correlation_id" | "invalid_idempotency_key" | "two_payloads";
                        /** @constant */
                        status?: 400;
                    };
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            /** @description `webhook_not_found`, `payload_not_found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "webhook_not_found" | "payload_not_found";
                        /** @constant */
                        status?: 404;
                    };
                };
            };
            413: components["responses"]["ContentTooLarge"];
            429: components["responses"]["TooManyRequests"];
            /** @description Something is wrong on this side; the logs say what. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "message": "Internal Server Error"
                     *     }
                     */
                    "application/json": components["schemas"]["GatewayError"];
                    "application/problem+json": components["schemas"]["Problem"] & {
                        /** @enum {string} */
                        code?: "delivery_broken" | "internal_error";
                        /** @constant */
                        status?: 500;
                    };
                };
            };
            503: components["responses"]["Unavailable"];
        };
    };
}
