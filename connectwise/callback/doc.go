// Package callback receives ConnectWise callbacks (webhooks): the POST
// requests that the service desk sends when a record has changed.
//
//	v, err := callback.NewVerifier(callback.Config{Site: "na.myconnectwise.net", Company: "acme"})
//	http.Handle("/connectwise", &callback.Handler{Verifier: v, Handle: func(ctx context.Context, e callback.Event) error {
//		return queue.Add(ctx, e.Type, e.ID)
//	}})
//
// A [Verifier] proves that a delivery comes from the service desk. The
// signature over the raw bytes must match the key that the delivery names, and
// the key must come from a host of the service desk, over https, for the
// configured company. The Verifier keeps every key that has verified a
// delivery; forged deliveries cannot remove it. It fetches unknown keys at a
// limited rate. Forged deliveries can use up that rate, so keep the receiver's
// URL hard to guess.
//
// A [Handler] serves a URL with a Verifier, and answers so that no event is
// lost. It answers 429 when another try may help, because the service desk
// repeats a delivery only after 404, 409, 419 and 429. The service desk repeats
// it twice, after two and after four seconds, and waits at most five seconds
// for an answer.
//
// An [Event] holds only a part id of the record; read the record by its id
// before you act on it. Deliveries may come in any order, and more than once. A
// delivery has no time in it, so somebody who recorded one can send it again
// after the Handler has forgotten it.
//
// The API resource system/callbacks holds the subscriptions
// (connectwise.CallbacksService). End the registered URL with "?recordId=": the
// service desk appends the id and more. The query is not signed, and this package
// does not read it.
package callback
