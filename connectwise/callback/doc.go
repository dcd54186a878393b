// Package callback receives ConnectWise callbacks (webhooks): the POST
// requests that the service desk sends when a record has changed.
//
//	v, err := callback.NewVerifier(callback.Config{Site: "na.myconnectwise.net", Company: "acme"})
//	http.Handle("/connectwise", &callback.Handler{Verifier: v, Handle: func(ctx context.Context, e callback.Event) error {
//		return queue.Add(ctx, e.Type, e.ID)
//	}})
//
// A [Verifier] proves that a delivery comes from the service desk: the
// signature over the raw bytes has to fit the key that the delivery points to,
// and the key has to come from a host of the service desk, over https, for our
// company. Keys are kept once they have proved a delivery; forgeries cannot push
// them out. One that was not seen before is fetched at a bounded pace, which
// forgeries share: keep the URL of the receiver hard to guess.
//
// A [Handler] puts a Verifier behind a URL and answers so that nothing is lost:
// 429 whenever another try may help, because the service desk repeats a delivery
// after 404, 409, 419 and 429 only, twice, after two and after four seconds, and
// takes an answer later than five seconds for none.
//
// What an [Event] carries of the record is reduced; read the record again by
// its id before acting on it. Deliveries come in no promised order, and one
// may come more than once: they carry no time, so that one that was listened in
// on can be sent again once the Handler has forgotten it.
//
// Subscriptions are made with the API resource system/callbacks. End the URL
// that is registered with "?recordId=": the service desk appends the id and
// more. The query is not signed and is not looked at here.
package callback
