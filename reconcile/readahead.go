package reconcile

// rowsAhead is how many rows are read ahead.
const rowsAhead = 64

// readAhead looks at what the next rows are about before they are decided
// about. In the order of keys every entry lies somewhere else in memory: waiting
// for each in turn takes a quarter of the time of a plan, while questions asked
// at once are answered at once.
func (d *differ) readAhead(rows []row) {
	sum := d.seen // a result that is kept keeps the reads from being left out
	for _, r := range rows {
		switch r.kind {
		case rowIssue:
			is := &d.issueFacts[r.index]
			sum += byte(len(is.Key.Subject)) + byte(is.Severity)
		case rowTicket:
			t := &d.ticketFacts[r.index]
			sum += byte(t.ID) + byte(len(t.Mark.Digests.Summary)) + byte(t.Mark.Severity) + byte(t.MergedInto)
		}
	}
	d.seen = sum
}
