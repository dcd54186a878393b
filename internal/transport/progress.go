package transport

// patience is how many pages in a row may bring nothing new before a list
// fails.
const patience = 5

// A Progress watches a list that is read page by page. A server that repeats
// its pages, or sends empty ones for ever, then ends in an error and not in a
// loop. The zero value is ready for the first page.
type Progress struct{ idle int }

// Page records a page with the number of its new rows. It returns false when
// too many pages in a row had none.
func (p *Progress) Page(fresh int) bool {
	if fresh > 0 {
		p.idle = 0
		return true
	}
	p.idle++
	return p.idle < patience
}
