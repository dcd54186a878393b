package connectwisetest_test

import (
	"strings"
	"testing"

	"github.com/covedesk/covedesk/connectwise/connectwisetest"
)

func TestBundles(t *testing.T) {
	a := sample(t, connectwisetest.Config{})
	got := a.do("POST", "system/bundles", `{"requests":[
		{"sequenceNumber":1,"resourceType":"ticket","version":"2025.1","apiRequest":{"filters":{"conditions":"closedFlag=false","orderBy":"id desc"},"page":{"page":1,"pageSize":2},"fields":"id,summary"}},
		{"sequenceNumber":2,"resourceType":"boardStatus","apiRequest":{"parentId":2,"fields":"name"}},
		{"sequenceNumber":3,"resourceType":"Company","apiRequest":{"id":251,"fields":"identifier"}},
		{"sequenceNumber":4,"resourceType":"ticket","apiRequest":{"filters":{"customFieldConditions":"id=45 and value=\"123\""},"fields":"id"}},
		{"sequenceNumber":5,"resourceType":"ticket","apiRequest":{"page":{"pageSize":1,"pageId":2},"fields":"id"}},
		{"sequenceNumber":6,"resourceType":"ticket","apiRequest":{"filters":{"conditions":"nothing=1"}}},
		{"sequenceNumber":7,"resourceType":"ticket","apiRequest":{"id":99}},
		{"sequenceNumber":8,"resourceType":"nothing"},
		{"sequenceNumber":9,"resourceType":"boardStatus","apiRequest":{"fields":"name"}},
		{"sequenceNumber":10,"resourceType":"ticket","apiRequest":{"id":1,"entity":{"summary":"x"}}}]}`).want(200).body
	want := `{"results":[` + strings.Join([]string{
		`{"sequenceNumber":1,"resourceType":"ticket","version":"2025.1","success":true,"statusCode":200,"entities":[{"id":4,"summary":"He said \"no\" \\ it's"},{"id":3,"summary":"Printer 50% [hall]"}],"count":2}`,
		`{"sequenceNumber":2,"resourceType":"boardStatus","success":true,"statusCode":200,"entities":[{"name":"Inbox"},{"name":"Done"}],"count":2}`,
		`{"sequenceNumber":3,"resourceType":"Company","success":true,"statusCode":200,"entities":[{"identifier":"BOLT"}],"count":1}`,
		`{"sequenceNumber":4,"resourceType":"ticket","success":true,"statusCode":200,"entities":[{"id":1}],"count":1}`,
		`{"sequenceNumber":5,"resourceType":"ticket","success":true,"statusCode":200,"entities":[{"id":3}],"count":1}`,
		`{"sequenceNumber":6,"resourceType":"ticket","success":false,"statusCode":400,"error":{"code":"ApiFindCondition","message":"nothing is not a recognized name.","errors":null}}`,
		`{"sequenceNumber":7,"resourceType":"ticket","success":false,"statusCode":404,"error":{"code":"NotFound","message":"Service Ticket 99 not found"}}`,
		`{"sequenceNumber":8,"resourceType":"nothing","success":false,"statusCode":400,"error":{"code":"InvalidObject","message":"resourceType nothing is not valid.","errors":null}}`,
		`{"sequenceNumber":9,"resourceType":"boardStatus","success":false,"statusCode":404,"error":{"code":"ConnectWiseApi","message":"The endpoint does not exist."}}`,
		`{"sequenceNumber":10,"resourceType":"ticket","success":false,"statusCode":400,"error":{"code":"InvalidObject","message":"A bundle reads; it does not write.","errors":null}}`,
	}, ",") + `]}`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got := a.do("POST", "system/bundles/count", `{"requests":[{"sequenceNumber":1,"resourceType":"ticket","apiRequest":{"page":{"pageSize":1}}}]}`).want(200).body; got != `{"results":[{"sequenceNumber":1,"resourceType":"ticket","success":true,"statusCode":200,"count":4}]}` {
		t.Error(got)
	}
	for _, body := range []string{`[]`, `{}`, `{"requests":{}}`, `{"requests":[{"resource":"x"}]}`, `{"requests":[{"apiRequest":{"pages":1}}]}`, `{"requests":[{"apiRequest":{"page":{"size":1}}}]}`, `{"requests":[{"apiRequest":{"filters":{"where":"x"}}}]}`} {
		a.do("POST", "system/bundles", body).want(400)
	}
	a.srv.EditMember("apimember", func(m *connectwisetest.Member) {
		m.Role = role(func(p map[string]*connectwisetest.Permission) { p["Service Tickets"].Inquire = connectwisetest.None })
	})
	if got := a.do("POST", "system/bundles", `{"requests":[{"resourceType":"ticket"},{"resourceType":"board"}]}`).want(200).body; !strings.Contains(got, `"statusCode":403`) || !strings.Contains(got, "Help Desk") {
		t.Errorf("without a right to tickets: %s", got)
	}
}
