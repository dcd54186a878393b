package monitor

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

var optional = regexp.MustCompile(`\[[^\]]*\]`)

// fill writes a text of the table of conditions about one finding, or about
// several that are alike but for their sources.
func (v *Verdict) fill(form string, f *Finding, sources []string, when func(time.Time) string) string {
	form = optional.ReplaceAllStringFunc(form, func(part string) string {
		if strings.Contains(part, "{good}") && f.LastGood.IsZero() || strings.Contains(part, "{since}") && f.Since.IsZero() {
			return ""
		}
		return part[1 : len(part)-1]
	})
	if f.Source == 0 {
		sources = []string{""}
		form = strings.NewReplacer("{SOURCE} ", "", "{source} ", "").Replace(form)
	}
	names := listed(sources)
	for _, part := range [...]struct {
		place string
		value func() string
	}{
		{"{SOURCE}", func() string { return strings.ToUpper(names) }},
		{"{source}", func() string { return names }},
		{"{since}", func() string { return when(f.Since) }},
		{"{good}", func() string { return when(f.LastGood) }},
		{"{limit}", func() string { return duration(f.Limit) }},
		{"{storage}", func() string { return storageText(v.Device) }},
	} {
		if strings.Contains(form, part.place) {
			form = strings.ReplaceAll(form, part.place, part.value())
		}
	}
	return form
}

// headline says what is wrong since when. It names the zone once.
func headline(v *Verdict, c clock) string {
	when := c.once()
	switch {
	case v.Outcome == Healthy:
		return "RECOVERED: every source has a good backup."
	case v.Outcome == Suppressed && v.State == Offline.String() && !contactOf(v.Device).IsZero():
		return "NO CONTACT SINCE " + when(contactOf(v.Device)) + "."
	case v.ReplacedBy != 0:
		return "PROBABLY REPLACED by device " + strconv.FormatInt(v.ReplacedBy, 10) + " of the same name, which is backed up."
	case v.Outcome == Suppressed:
		return "NO VERDICT: " + shown(v.Reason) + "."
	}
	var said []string
	findings := bySeverity(v.Findings)
	for i := 0; i < len(findings); {
		f := findings[i]
		names := []string{sourceName(f.Source)}
		for i++; i < len(findings) && findings[i].Condition == f.Condition && alike(c, &findings[i], &f); i++ {
			names = append(names, sourceName(findings[i].Source))
		}
		form := f.Condition.row().first
		if f.LastGood.IsZero() {
			form = f.Condition.row().never
		}
		if f.Condition == Offline && contactOf(v.Device).IsZero() {
			form = "NEVER IN CONTACT SINCE IT WAS CREATED, {since}."
		}
		said = append(said, v.fill(form, &f, names, when))
	}
	return strings.Join(said, " ")
}

// alike tells whether two findings of one condition make one sentence.
func alike(c clock, a, b *Finding) bool {
	return c.short(a.LastGood) == c.short(b.LastGood) && c.short(a.Since) == c.short(b.Since)
}
