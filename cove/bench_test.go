package cove

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"
)

// benchDevice has 60 columns of mixed types.
type benchDevice struct {
	ID        int64         `cove:"AU"`
	Name      string        `cove:"AN"`
	Computer  string        `cove:"MN"`
	Alias     string        `cove:"AL"`
	Customer  string        `cove:"AR"`
	Reference string        `cove:"PF"`
	ProductID int64         `cove:"PD"`
	Product   string        `cove:"PN"`
	ProfileID int64         `cove:"OI"`
	Profile   string        `cove:"OP"`
	OS        string        `cove:"OS"`
	OSType    OSType        `cove:"OT"`
	Type      AccountType   `cove:"AT"`
	Sources   DataSourceSet `cove:"I78"`
	Physical  Physicality   `cove:"I81"`
	Created   time.Time     `cove:"CD"`
	Seen      time.Time     `cove:"TS"`
	Location  string        `cove:"LN"`
	External  string        `cove:"EI"`
	Internal  string        `cove:"IP"`
	Offset    time.Duration `cove:"TZ"`
	Used      Bytes         `cove:"US"`
	Cores     int           `cove:"I84"`
	RAM       Bytes         `cove:"I85"`
	Files     benchStats    `cove:"D01"`
	System    benchStats    `cove:"D02"`
	SQL       benchStats    `cove:"D10"`
	Total     benchStats    `cove:"D09"`
}

type benchStats struct {
	Status    SessionStatus `cove:"F00"`
	Errors    int64         `cove:"F06"`
	Success   time.Time     `cove:"F09"`
	Completed time.Time     `cove:"F18"`
	Last      SessionStatus `cove:"F17"`
	Took      time.Duration `cove:"F12"`
	Bar       ColorBar      `cove:"F08"`
	Selected  Bytes         `cove:"F03"`
	Sent      Bytes         `cove:"F05"`
}

// benchPage is an answer of EnumerateAccountStatistics with n such devices.
func benchPage(n int) []byte {
	r := rand.New(rand.NewPCG(1, 2))
	var b strings.Builder
	b.WriteString(`{"id":"1","jsonrpc":"2.0","result":{"result":[`)
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		id := 3700000 + i
		fmt.Fprintf(&b, `{"AccountId":%d,"PartnerId":%d,"Flags":null,"Settings":[`, id, 400000+i/20)
		first := true
		cell := func(code, value string) {
			if !first {
				b.WriteByte(',')
			}
			first = false
			fmt.Fprintf(&b, `{"%s":%s}`, code, strconv.Quote(value))
		}
		unix := func() string { return strconv.Itoa(1763000000 + r.IntN(700000)) }
		cell("AL", "")
		cell("AN", fmt.Sprintf("srv-%05d_x%d", i, r.IntN(9)))
		cell("AR", fmt.Sprintf("Birch Dental %d (it@birch%d.example)", i/20, i/20))
		cell("AT", "1")
		cell("AU", strconv.Itoa(id))
		cell("CD", unix())
		for _, d := range []string{"D01", "D02", "D09", "D10"} {
			cell(d+"F00", strconv.Itoa(r.IntN(9)))
			cell(d+"F03", strconv.Itoa(r.IntN(1<<40)))
			cell(d+"F05", strconv.Itoa(r.IntN(1<<30)))
			cell(d+"F06", strconv.Itoa(r.IntN(20)))
			cell(d+"F08", "5555585555555555555555555555")
			cell(d+"F09", unix())
			cell(d+"F12", strconv.Itoa(r.IntN(7200)))
			cell(d+"F17", "5")
			cell(d+"F18", unix())
		}
		cell("EI", "203.0.113.9")
		cell("I78", "D01D02D10")
		cell("I81", "Virtual")
		cell("I84", "8")
		cell("I85", "34359738368")
		cell("IP", "10.0.0.5, 10.0.1.5")
		cell("LN", "us-tr1-0110")
		cell("MN", fmt.Sprintf("SRV-%05d", i))
		cell("OI", "5038")
		cell("OP", "Documents")
		cell("OS", "Windows Server 2019 Standard (17763), 64-bit")
		cell("OT", "2")
		cell("PD", "21266")
		cell("PF", fmt.Sprintf("CWM:%d:Birch%d", 250+i/20, i/20))
		cell("PN", "All-In")
		cell("TS", unix())
		cell("TZ", "-5")
		cell("US", strconv.Itoa(r.IntN(1<<40)))
		b.WriteString(`]}`)
	}
	b.WriteString(`],"totalStatistics":null},"visa":"33491-50121-1-1763769600-A99E0C17F2"}`)
	return []byte(b.String())
}

// BenchmarkDecode reads a page of 5,000 devices with 60 columns each: as
// Devices does, into a typed struct, and as a program without it would, into
// rows of maps. valid is json.Valid over the same bytes, for orientation.
func BenchmarkDecode(b *testing.B) {
	const devices, columns = 5000, 60
	body := benchPage(devices)
	d, err := newDecoder[benchDevice](nil)
	if err != nil {
		b.Fatal(err)
	}
	if len(d.slots) != columns || !json.Valid(body) {
		b.Fatalf("%d columns", len(d.slots))
	}
	b.Run("covedesk", func(b *testing.B) {
		b.SetBytes(int64(len(body)))
		b.ReportAllocs()
		var p page[benchDevice] // Devices uses the memory of a page again, too
		for b.Loop() {
			p = page[benchDevice]{rows: p.rows[:0], ids: p.ids[:0]}
			if _, err := d.decodePage(body, &p); err != nil || len(p.rows) != devices {
				b.Fatal(len(p.rows), err)
			}
		}
	})
	b.Run("encodingjson", func(b *testing.B) {
		b.SetBytes(int64(len(body)))
		b.ReportAllocs()
		for b.Loop() {
			var answer struct {
				Result struct {
					Result []struct {
						AccountID int64 `json:"AccountId"`
						PartnerID int64 `json:"PartnerId"`
						Settings  []map[string]string
					} `json:"result"`
				} `json:"result"`
				Visa string `json:"visa"`
			}
			if err := json.Unmarshal(body, &answer); err != nil || len(answer.Result.Result) != devices {
				b.Fatal(err)
			}
		}
	})
	b.Run("valid", func(b *testing.B) {
		b.SetBytes(int64(len(body)))
		for b.Loop() {
			if !json.Valid(body) {
				b.Fatal("not valid")
			}
		}
	})
}
