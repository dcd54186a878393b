package world

import (
	"math/rand/v2"
	"slices"
	"time"
)

// ending is how a session ends, as one of Cove's status codes.
type ending int

const (
	inProcess   ending = 1
	failed      ending = 2
	aborted     ending = 3
	completed   ending = 5
	notStarted  ending = 7
	withErrors  ending = 8
	overQuota   ending = 10
	noSelection ending = 11
)

// trouble is a period in which a source's sessions do not end well or, with
// silent, in which the device makes no contact.
type trouble struct {
	from, until time.Time // a zero until: for good
	ending      ending
	code        int // error code
	text        string
	file        string // what could not be backed up
	errors      int
	silent      bool
}

func (t trouble) covers(at time.Time) bool {
	return !at.Before(t.from) && (t.until.IsZero() || at.Before(t.until))
}

// fileCauses, imageCauses and tenantCauses are what goes wrong with files, with
// image backups of the system, and with Microsoft 365, in Cove's words.
var (
	fileCauses = []trouble{
		{ending: failed, errors: 15, code: 5, text: "Access is denied", file: `D:\Shares\Accounting\q3.xlsx`},
		{ending: failed, errors: 1, code: 112, text: "Not enough free space on the system volume to create a snapshot"},
		{ending: failed, errors: 1, code: 10054, text: "Connection with the storage node was lost"},
		{ending: withErrors, errors: 3, code: 32, text: "The process cannot access the file because it is being used by another process", file: `C:\Data\mail.pst`},
		{ending: aborted, errors: 1, code: 1115, text: "The session was stopped by the system shutting down"},
		{ending: notStarted},
		{ending: overQuota, errors: 1, code: 1295, text: "The quota of the customer is exceeded"},
		{ending: noSelection},
	}
	imageCauses = []trouble{
		{ending: failed, errors: 1, code: 8193, text: "VSS error: VSS_E_WRITER_STATUS_NOT_AVAILABLE"},
		{ending: failed, errors: 1, code: 112, text: "Not enough free space on the system volume to create a snapshot"},
		{ending: failed, errors: 1, code: 10054, text: "Connection with the storage node was lost"},
		{ending: withErrors, errors: 1, code: 8194, text: "VSS error: the writer \"System Writer\" has timed out"},
		{ending: aborted, errors: 1, code: 1115, text: "The session was stopped by the system shutting down"},
		{ending: notStarted},
	}
	tenantCauses = []trouble{
		{ending: failed, errors: 1, code: 65001, text: "AADSTS65001: The user or administrator has not consented to use the application"},
		{ending: withErrors, errors: 2, code: 404, text: "The mailbox is inactive or soft-deleted", file: "former.member@mail.example"},
		{ending: failed, errors: 1, code: 429, text: "The request was throttled by the server"},
	}
)

// causesOf returns the causes that fit a source of a kind of device.
func causesOf(of kindOf, code string) []trouble {
	switch {
	case of == tenant:
		return tenantCauses
	case code == "D01":
		return fileCauses
	}
	return imageCauses
}

// drawTroubles draws, from a list of causes, what goes wrong with one source
// until two weeks after start. The given share of sources has a trouble at
// start. Later some others get one, and most troubles end.
func drawTroubles(r *rand.Rand, list []trouble, start time.Time, share float64) []trouble {
	pick := func() trouble { return list[r.IntN(len(list))] }
	hours := func(n float64) time.Duration { return time.Duration(n * float64(time.Hour)) }

	var troubles []trouble
	if r.Float64() < share {
		t := pick()
		// A third are new, the rest have lasted for days. Some of those are just
		// below the next severity age, so that they pass it while somebody watches.
		switch r.IntN(6) {
		case 0, 1:
			t.from = start.Add(-hours(2 + 30*r.Float64()))
		case 2, 3:
			t.from = start.Add(-hours(24 * (2 + 20*r.Float64())))
		case 4:
			t.from = start.Add(-7 * 24 * time.Hour).Add(hours(1 + 9*r.Float64()))
		default:
			t.from = start.Add(-14 * 24 * time.Hour).Add(hours(1 + 9*r.Float64()))
		}
		if r.Float64() < 0.6 {
			t.until = start.Add(hours(1 + 20*r.Float64()))
		}
		troubles = append(troubles, t)
		if !t.until.IsZero() && r.Float64() < 0.5 {
			again := t
			again.from = t.until.Add(hours(3 + 6*r.Float64()))
			again.until = again.from.Add(hours(24 + 48*r.Float64()))
			troubles = append(troubles, again)
		}
	}
	// For two weeks, two sources in a hundred get a trouble each day.
	for day := range 14 {
		if r.Float64() >= 0.02 {
			continue
		}
		t := pick()
		t.from = start.Add(hours(24*float64(day) + 24*r.Float64()))
		t.until = t.from.Add(hours(8 + 60*r.Float64()))
		troubles = append(troubles, t)
	}
	slices.SortStableFunc(troubles, func(a, b trouble) int { return a.from.Compare(b.from) })
	return troubles
}

// drawSilence draws when a device makes no contact: few servers, more laptops.
func drawSilence(r *rand.Rand, of kindOf, start time.Time) []trouble {
	chance := map[kindOf]float64{server: 0.004, workstation: 0.03, documents: 0.03}[of]
	if r.Float64() >= chance {
		return nil
	}
	t := trouble{silent: true, from: start.Add(-time.Duration(24*(1+40*r.Float64())) * time.Hour)}
	if r.Float64() < 0.5 {
		t.until = start.Add(time.Duration(1+40*r.Float64()) * time.Hour)
	}
	return []trouble{t}
}
