// Package transport is what both clients share: the chain of links that limits,
// paces, repeats, bounds, observes and logs requests and sends none twice that
// may have been executed; the classes of errors that both APIs know; and the
// rules for hosts and for pasted credentials.
//
// The chain stands around the user's [http.Client]. From the outside in, one
// concern each:
//
//   - user agent: names the program
//   - retry: repeats what may be repeated and classifies what may not
//   - slots: at most N requests at once ([Gate])
//   - pace: the caller's own rate ([Limiter]); the pause and the halved rate
//     after a 429 ([Gate])
//   - observe: one [Call] per request that went out
//   - log: one line per request, secrets removed
//   - timeout: one attempt, answer included
//   - body: the answer read whole and bounded
//   - send: the user's http.Client, redirects included
//
// What a request means travels in its context ([WithRead], [WithName],
// [WithoutRetry], [WithStream], [WithMaxBody]), because a POST may be a read:
// every JSON-RPC call is a POST, and so are searches.
package transport
