package monitor

import (
	"cmp"
	"regexp"
	"strconv"
	"strings"
	"time"
)

var optional = regexp.MustCompile(`\[[^\]]*\]`)

// fill fills a phrase of the table of conditions with findings that differ only
// in their sources.
func (v *Verdict) fill(form string, group []Finding, when func(time.Time) string) string {
	f, names := &group[0], listed(namesOf(group))
	places := [...]struct {
		name string
		time time.Time
	}{{"{since}", f.Since}, {"{good}", f.LastGood}, {"{created}", v.Device.Created}}
	form = optional.ReplaceAllStringFunc(form, func(part string) string {
		for _, place := range places {
			if place.time.IsZero() && strings.Contains(part, place.name) {
				return ""
			}
		}
		return part[1 : len(part)-1]
	})
	if names == "" {
		form = strings.NewReplacer("{SOURCE} ", "", "{source} ", "").Replace(form)
	}
	for _, place := range places {
		if strings.Contains(form, place.name) {
			form = strings.ReplaceAll(form, place.name, when(place.time))
		}
	}
	return strings.NewReplacer(
		"{SOURCE}", strings.ToUpper(names), "{source}", names, "{limit}", duration(f.Limit), "{storage}", storageText(v.Device),
	).Replace(form)
}

// headline says what is wrong and since when. It names the zone once.
func headline(v *Verdict, c clock) string {
	when := c.once()
	switch v.Outcome {
	case Healthy:
		return "RECOVERED: every backup source has a good backup."
	case Suppressed:
		return suppressedHeadline(v, when)
	}
	var said []string
	for _, group := range grouped(v.Findings, func(a, b *Finding) bool {
		return sameCondition(a, b) && c.short(a.LastGood) == c.short(b.LastGood) && c.short(a.Since) == c.short(b.Since)
	}) {
		row := group[0].Condition.row()
		form := cmp.Or(where(group[0].LastGood.IsZero(), row.never), row.first)
		if group[0].Condition == Offline && contactOf(v.Device).IsZero() {
			form = "NEVER IN CONTACT SINCE IT WAS CREATED, {since}."
		}
		said = append(said, v.fill(form, group, when))
	}
	return strings.Join(said, " ")
}

// suppressedHeadline says why a device cannot be judged.
func suppressedHeadline(v *Verdict, when func(time.Time) string) string {
	seen, replaced := contactOf(v.Device), v.ReplacedBy != 0
	said := where(!seen.IsZero() && (replaced || v.State == Offline.String()), "NO CONTACT SINCE "+when(seen)+". ") +
		where(replaced, "PROBABLY REPLACED BY another device of the same name (#"+strconv.FormatInt(v.ReplacedBy, 10)+"), which is backed up.")
	return cmp.Or(strings.TrimSpace(said), "NO VERDICT: "+shown(v.Reason)+".")
}
