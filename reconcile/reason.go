package reconcile

// ReasonCode says in one word why an action is what it is. The words are part
// of the plan's format.
type ReasonCode string
