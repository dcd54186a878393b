package world

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"unicode"
)

var (
	firstWords = []string{
		"Birch", "Cedar", "Dogwood", "Elm", "Foxglove", "Granite", "Harbor", "Iris", "Juniper", "Kestrel",
		"Larch", "Maple", "Northgate", "Oakfield", "Pinecrest", "Quarry", "Ridgeway", "Sycamore", "Thistle", "Umber",
		"Valley", "Willow", "Yarrow", "Zephyr", "Alder", "Bluebell", "Copper", "Dunmore", "Eastbrook", "Fairview",
		"Greenway", "Hollow", "Ironwood", "Jasper", "Kingsley", "Lakeside", "Meadow", "Newport", "Orchard", "Prairie",
	}
	trades = []string{
		"Dental", "Law", "Cafe", "Accounting", "Veterinary", "Architects", "Logistics", "Printing", "Pharmacy", "Realty",
		"Engineering", "Insurance", "Bakery", "Orthopedics", "Surveyors", "Plumbing", "Academy", "Motors", "Optics", "Brewing",
		"Landscaping", "Media", "Machining", "Travel", "Nursery",
	}
	places     = []string{"Tampa", "Troy", "Salem", "Dover", "Aurora", "Clinton", "Madison", "Georgetown"}
	legalForms = []string{"LLC", "Inc.", "Ltd", "PC", "GmbH"}
	siteNames  = []string{"West", "East", "Downtown", "Warehouse"}
	serverJobs = []string{"FS", "DC", "SQL", "APP", "HV", "RDS", "WEB", "PRINT"}
	peopleDesk = []string{"LAP", "PC", "WS", "TAB"}
)

// customerName returns the name of customer n. The first thousand have no place
// in their names; later ones do, so that no two are equal.
func customerName(n int) string {
	first, trade := firstWords[n%len(firstWords)], trades[(n/len(firstWords)+n)%len(trades)]
	round := n / (len(firstWords) * len(trades))
	switch {
	case round == 0:
		return first + " " + trade
	case round <= len(places):
		return first + " " + trade + " " + places[round-1]
	default:
		return fmt.Sprintf("%s %s %d", first, trade, round)
	}
}

// identifier returns the short name that the service desk gives a company:
// letters and digits only.
func identifier(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, name)
}

// companyName returns the service desk's spelling of a customer: mostly the
// same, sometimes with another case, a legal form or other punctuation.
func companyName(r *rand.Rand, customer string) string {
	switch r.IntN(6) {
	case 0:
		return strings.ToUpper(customer)
	case 1:
		return customer + ", " + legalForms[r.IntN(len(legalForms))]
	case 2:
		return strings.ReplaceAll(customer, " ", "-")
	case 3:
		return customer + " " + legalForms[r.IntN(len(legalForms))]
	default:
		return customer
	}
}
