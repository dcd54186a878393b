// Package callback receives ConnectWise callbacks (webhooks): the POST
// requests that the service desk sends when a record has changed.
//
//	v, err := callback.NewVerifier(callback.Config{Site: "na.myconnectwise.net", Company: "acme"})
//	http.Handle("/connectwise", &callback.Handler{Verifier: v, Handle: func(ctx context.Context, e callback.Event) error {
//		return queue.Add(ctx, e.Type, e.ID)
//	}})
//
// A [Verifier] proves that a delivery comes from the service desk. The signature
// over the raw bytes must fit the key that the delivery points to, and the key must
// come from a host of the service desk, over https, for the configured company. The
// Verifier keeps a key once the key has proved a delivery; forged deliveries cannot
// push it out. It fetches unknown keys at a bounded pace, which forged deliveries
// can use up: keep the URL of the receiver hard to guess.
//
// A [Handler] puts a Verifier behind a URL and answers so that no event is lost. It
// answers 429 whenever another try may help: the service desk repeats a delivery
// after 404, 409, 419 and 429 only. It repeats it twice, after two and after four
// seconds, and does not wait longer than five seconds for an answer.
//
// An [Event] holds only part of the record; read the record by its id before you
// act on it. Deliveries come in no promised order, and one may come more than once.
// They carry no time: somebody who has recorded a delivery can send it again once
// the Handler has forgotten it.
//
// The API resource system/callbacks holds the subscriptions
// (connectwise.CallbacksService). End the registered URL with "?recordId=": the
// service desk appends the id and more. The query is not signed, and this package
// does not read it.
package callback
