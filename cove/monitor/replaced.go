package monitor

import (
	"strconv"
	"strings"
	"time"

	"github.com/covedesk/covedesk/cove"
)

// replaced is the State of a device that was probably installed anew.
const replaced = "replaced"

// parkReplaced parks devices that were probably replaced: one without contact since a
// younger one of the same customer and computer name was created, which is
// healthy. Such a device will not be heard of again.
func (f *Fleet) parkReplaced() {
	type place struct {
		customer int64
		name     string
	}
	placeOf := func(v *Verdict) place { return place{v.Customer.ID, strings.ToLower(v.Device.ComputerName)} }
	youngest := map[place]*cove.Device{}
	for i := range f.Verdicts {
		v := &f.Verdicts[i]
		if v.Outcome != Healthy || v.Device.ComputerName == "" || v.Device.Created.IsZero() {
			continue
		}
		if other := youngest[placeOf(v)]; other == nil || v.Device.Created.After(other.Created) {
			youngest[placeOf(v)] = v.Device
		}
	}
	for i := range f.Verdicts {
		v := &f.Verdicts[i]
		if v.Outcome != Problem && v.State != Offline.String() || v.Device.ComputerName == "" {
			continue
		}
		heir := youngest[placeOf(v)]
		if heir == nil || !heir.Created.After(v.Device.Created) || v.Device.Seen.After(heir.Created) {
			continue
		}
		v.Outcome, v.Findings, v.Kind, v.Severity, v.Summary, v.Since = Parked, nil, Good, 0, "", time.Time{}
		v.ReplacedBy = heir.ID
		v.Reason = "probably replaced by #" + strconv.FormatInt(heir.ID, 10)
		v.State = replaced
	}
}
