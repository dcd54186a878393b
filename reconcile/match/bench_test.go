package match_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/covedesk/covedesk/reconcile/match"
)

// fleet makes n customers and n companies that meet by every rule.
func fleet(n int) ([]match.Customer, []match.Company) {
	customers := make([]match.Customer, n)
	companies := make([]match.Company, n)
	for i := range n {
		companies[i] = match.Company{
			ID: int64(i + 1), Identifier: fmt.Sprintf("Company%d", i), Name: fmt.Sprintf("Meadow %d Dental & Sons, Inc.", i),
			Website: fmt.Sprintf("https://www.meadow%d.example/", i),
		}
		c := match.Customer{ID: fmt.Sprint(100_000 + i), Name: companies[i].Name}
		switch i % 8 {
		case 0:
			c.Reference = fmt.Sprintf("PSA | CWM:%d:Company%d", i+1, i)
		case 1:
			c.Name = fmt.Sprintf("Meadow | Meadow ~ %d", i+1)
		case 2:
			c.Name = companies[i].Identifier
		case 3:
			c.Name = fmt.Sprintf("MEADOW %d dental and sons (office@meadow%d.example)", i, i)
		case 4:
			c.Name, c.Reference = fmt.Sprintf("Other %d", i), companies[i].Identifier
		case 5:
			c.Name = fmt.Sprintf("Renamed %d (office@meadow%d.example)", i, i)
		case 6:
			c.Name = fmt.Sprintf("A name that is far longer than the %06d fifty characters allow", i)
			companies[i].Name = c.Name[:50]
		}
		customers[i] = c
	}
	return customers, companies
}

func BenchmarkCompanies(b *testing.B) {
	customers, companies := fleet(10_000)
	for b.Loop() {
		if links := match.Companies(customers, companies, match.Mapping{}); links.Len() != len(customers) {
			b.Fatal(links.Len())
		}
	}
}

func TestTenThousandCustomersInTime(t *testing.T) {
	const limit = 200 * time.Millisecond * slowdown
	customers, companies := fleet(10_000)
	best := time.Hour
	for range 5 { // the best of five: the machine has other work, too
		start := time.Now()
		links := match.Companies(customers, companies, match.Mapping{})
		best = min(best, time.Since(start))
		for l := range links.All() {
			if !l.Matched() {
				t.Fatalf("%+v: %s", l.Customer, l.Reason)
			}
		}
	}
	if best > limit {
		t.Errorf("10,000 customers and 10,000 companies took %v, want less than %v", best, limit)
	}
}
