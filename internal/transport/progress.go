package transport

// patience is how many pages in a row may bring nothing new before a list is
// given up.
const patience = 5

// A Progress watches a list that is read page by page, so that a server which
// repeats its pages, or sends empty ones for ever, ends in an error and not in
// a loop. The zero value is ready for the first page.
type Progress struct{ idle int }

// Page notes a page that brought so many new rows. It reports false when that
// makes too many pages in a row without one.
func (p *Progress) Page(fresh int) bool {
	if fresh > 0 {
		p.idle = 0
		return true
	}
	p.idle++
	return p.idle < patience
}
