package match_test

import (
	"fmt"
	"testing"

	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/match"
)

// fleet makes n customers and n companies that meet by every rule.
func fleet(n int) ([]reconcile.Customer, []match.Company) {
	customers := make([]reconcile.Customer, n)
	companies := make([]match.Company, n)
	for i := range n {
		companies[i] = match.Company{
			ID: fmt.Sprint(i + 1), Identifier: fmt.Sprintf("Company%d", i), Name: fmt.Sprintf("Meadow %d Dental & Sons, Inc.", i),
			Website: fmt.Sprintf("https://www.meadow%d.example/", i), Status: "Active",
		}
		c := reconcile.Customer{ID: fmt.Sprint(100_000 + i), Name: companies[i].Name}
		switch i % 8 {
		case 0:
			c.CompanyID, c.CompanyIdentifier = companies[i].ID, companies[i].Identifier
		case 1:
			c.Name = fmt.Sprintf("Meadow | Meadow ~ %d", i+1)
		case 2:
			c.Name = companies[i].Identifier
		case 3:
			c.Name = fmt.Sprintf("MEADOW %d dental and sons (office@meadow%d.example)", i, i)
		case 4:
			c.Name, c.CompanyIdentifier = fmt.Sprintf("Other %d", i), companies[i].Identifier
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

func TestTheFleetMeets(t *testing.T) {
	customers, companies := fleet(800)
	rules := map[match.Rule]int{}
	for l := range links(t, customers, companies, match.Options{Whole: true}).All() {
		if !l.Matched() {
			t.Fatalf("%+v: %s", l.Customer, l.Reason)
		}
		rules[l.Rule]++
	}
	if len(rules) != 8 {
		t.Errorf("rules %v", rules)
	}
}

func BenchmarkCompanies(b *testing.B) {
	for _, n := range []int{10_000, 100_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			customers, companies := fleet(n)
			for b.Loop() {
				links, err := match.Companies(customers, companies, match.Options{Whole: true})
				if err != nil || links.Len() != n {
					b.Fatal(links.Len(), err)
				}
			}
		})
	}
}
