package monitor

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/covedesk/covedesk/cove"
)

// replaced is the State of a device that was probably replaced.
const replaced = "replaced"

// suppressReplaced suppresses devices that were probably replaced: those
// without contact since a newer device of the same customer and computer name
// was created, all of whose sources have been backed up. The old device will
// probably never be in contact again. It stays suppressed even if the newer one
// has a problem today: the newer one has tickets of its own, and the old one's
// ticket must not come and go with them.
func (f *Fleet) suppressReplaced() {
	placeOf := func(v *Verdict) string { return fmt.Sprint(v.Customer.ID, " ", strings.ToLower(v.Device.ComputerName)) }
	youngest := map[string]*cove.Device{}
	for v := range f.each() {
		if v.Device.ComputerName == "" || v.Device.Created.IsZero() || !f.protected(v) {
			continue
		}
		if other := youngest[placeOf(v)]; other == nil || v.Device.Created.After(other.Created) {
			youngest[placeOf(v)] = v.Device
		}
	}
	for v := range f.each() {
		if v.Outcome != Problem && v.State != Offline.String() || v.Device.ComputerName == "" {
			continue
		}
		heir := youngest[placeOf(v)]
		if heir == nil || !heir.Created.After(v.Device.Created) || contactOf(v.Device).After(heir.Created) {
			continue
		}
		v.Outcome, v.Findings, v.Kind, v.Severity, v.Summary, v.Since = Suppressed, nil, Good, 0, "", time.Time{}
		v.ReplacedBy = heir.ID
		v.Reason = "probably replaced by #" + strconv.FormatInt(heir.ID, 10)
		v.State = replaced
	}
}

// protected reports whether a device is not excluded and every source of it has
// been backed up at least once.
func (f *Fleet) protected(v *Verdict) bool {
	j := judgeOf(v, &f.rules, f.At)
	if j.Sources&^total == 0 || j.excluded(v, f.rules.override(v.Device, &v.Customer)) != "" {
		return false
	}
	for _, st := range sourcesOf(v.Device) {
		if st.LastSuccess.IsZero() {
			return false
		}
	}
	return true
}
