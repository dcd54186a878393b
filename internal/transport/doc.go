// Package transport is what both clients share: the chain of links through
// which every request goes; the classes of errors that both APIs have; what
// reads a list page by page ([Ahead], [Progress]); and the rules for hosts and
// for pasted credentials. The chain never sends a request twice that may have
// been executed.
//
// The chain surrounds the user's [http.Client]. From the outside in, the links
// are:
//
//   - user agent: names the program
//   - retry: repeats a request if that is safe, and classifies its failure
//   - slots: at most N requests at once ([Gate])
//   - pace: the caller's own rate ([Limiter]); the pause and the halved rate
//     after a 429 ([Gate])
//   - observe: one [Call] per request that was sent
//   - log: one line per request, secrets removed
//   - timeout: one attempt, answer included
//   - body: reads the answer completely, up to a limit
//   - send: the user's http.Client, redirects included
//
// A request's context says what the request means ([WithRead], [WithName],
// [WithoutRetry], [WithStream], [WithMaxBody]), because a POST may be a read:
// every JSON-RPC call is a POST, and so are searches.
package transport
