//go:build unix

package cove

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// benchPage is an answer of EnumerateAccountStatistics with n devices that have
// the columns of Device: servers with three data sources.
func benchPage(n int) []byte {
	r := rand.New(rand.NewPCG(1, 2))
	unix := func() string { return strconv.Itoa(1763000000 + r.IntN(700000)) }
	var b strings.Builder
	b.WriteString(`{"id":"1","jsonrpc":"2.0","result":{"result":[`)
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"AccountId":%d,"PartnerId":%d,"Flags":null,"Settings":[{"AL":""}`, 3700000+i, 400000+i/20)
		cell := func(code, value string) { fmt.Fprintf(&b, `,{"%s":%s}`, code, strconv.Quote(value)) }
		cell("AN", fmt.Sprintf("srv-%05d_x%d", i, r.IntN(9)))
		cell("AR", fmt.Sprintf("Birch Dental %d (it@birch%d.example)", i/20, i/20))
		cell("AT", "1")
		cell("CD", unix())
		source := func(prefix string, fields ...string) {
			for i, value := range []string{
				strconv.Itoa(r.IntN(9)), fmt.Sprint(r.Int64N(1 << 40)), fmt.Sprint(r.Int64N(1 << 38)), strconv.Itoa(r.IntN(1 << 30)),
				strconv.Itoa(r.IntN(20)), fmt.Sprint(r.Int64N(1 << 40)), "5555585555555555555555555555", unix(), strconv.Itoa(r.IntN(7200)), unix(), "5", "5", unix(),
			} {
				cell(prefix+fields[i], value)
			}
		}
		for _, prefix := range []string{"D01", "D09", "D10"} {
			source(prefix, "F00", "F03", "F04", "F05", "F06", "F07", "F08", "F09", "F12", "F15", "F16", "F17", "F18")
		}
		cell("ED", "0")
		cell("EI", "203.0.113.9")
		cell("I78", "D01D02D10")
		cell("I81", "Virtual")
		cell("IP", "10.0.0.5, 10.0.1.5")
		cell("IS", "1")
		cell("LN", "us-tr1-0110")
		cell("MF", "Dell Inc.")
		cell("MN", fmt.Sprintf("SRV-%05d", i))
		cell("MO", "PowerEdge R740")
		cell("OI", "5038")
		cell("OP", "Documents")
		cell("OS", "Windows Server 2019 Standard (17763), 64-bit")
		cell("OT", "2")
		cell("PD", "21266")
		cell("PF", fmt.Sprintf("CWM:%d:Birch%d", 250+i/20, i/20))
		cell("PN", "All-In")
		source("S", "0", "3", "4", "5", "7", "6", "B", "L", "A", "G", "Q", "J", "O")
		cell("TS", unix())
		cell("TZ", "-5")
		cell("US", fmt.Sprint(r.Int64N(1<<40)))
		cell("YS", "100")
		b.WriteString(`]}`)
	}
	b.WriteString(`],"totalStatistics":null},"visa":"33491-50121-1-1763769600-A99E0C17F2"}`)
	return []byte(b.String())
}

// A decoded is one way to decode a page.
type decoded struct {
	name  string
	read  func(b *testing.B)
	spent []time.Duration // in each turn
}

// BenchmarkDecode measures the CPU time of decoding a page of 5,000 devices
// with the columns of Device. It compares Devices, for the first page of an
// enumeration and for a later one, with encoding/json into maps. They take
// turns on the same bytes, each after a garbage collection; collections while
// decoding count. Devices must be at least 15 times faster in both cases. All
// figures are medians over the turns, of the times and of the ratios within a
// turn, so that one interrupted turn does not decide. The figure "valid" is
// json.Valid over the same bytes, for orientation.
//
//	go test -run '^$' -bench Decode -benchtime 10x ./cove
func BenchmarkDecode(b *testing.B) {
	const devices = 5000
	body := slices.Grow(benchPage(devices), bytes.MinRead) // as the chain reads it, with room behind it
	ours := func(b *testing.B, d *decoder[Device], p *page[Device]) {
		text, err := utf8Text(body, false)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := d.decodePage(text, devices, p); err != nil || len(p.rows) != devices || p.rows[devices-1].Malformed != nil {
			b.Fatal(len(p.rows), err)
		}
	}
	fresh := func() *decoder[Device] {
		d, err := newDecoder[Device](nil)
		if err != nil {
			b.Fatal(err)
		}
		return d
	}
	d, used := fresh(), page[Device]{} // Devices uses the memory of a page again
	ways := []*decoded{
		{name: "first", read: func(b *testing.B) { ours(b, fresh(), new(page[Device])) }},
		{name: "later", read: func(b *testing.B) {
			used = page[Device]{rows: used.rows[:0], ids: used.ids[:0]}
			ours(b, d, &used)
		}},
		{name: "maps", read: func(b *testing.B) {
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
		}},
		{name: "valid", read: func(b *testing.B) {
			if !json.Valid(body) {
				b.Fatal("not valid")
			}
		}},
	}
	for b.Loop() {
		for _, way := range ways {
			runtime.GC()
			start := cpu(b)
			way.read(b)
			way.spent = append(way.spent, cpu(b)-start)
		}
	}
	for _, way := range ways[:2] {
		times := make([]float64, len(way.spent))
		for i, maps := range ways[2].spent {
			times[i] = maps.Seconds() / way.spent[i].Seconds()
		}
		faster := median(times)
		b.ReportMetric(faster, way.name+"-times")
		if faster < 15 {
			b.Errorf("the %s page is read %.1f times faster than into maps, at least 15", way.name, faster)
		}
	}
	for _, way := range ways {
		b.ReportMetric(median(way.spent).Seconds()*1e3, way.name+"-ms")
	}
}

// median returns the value in the middle, the lower one of two, and sorts the
// list.
func median[T cmp.Ordered](list []T) T {
	slices.Sort(list)
	return list[(len(list)-1)/2]
}

// cpu returns the CPU time that this process has used.
func cpu(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
