package monitor

import "strings"

// KindOf reads from the summary of one of our tickets what kind of problem it
// was about: "failed" from "COVE SVR SRV-FS01 #2345678 - Files failed", the
// [reconcile.Issue.Kind] of the verdict that made it. With it a desk lets new
// tickets name earlier ones of the same kind. It gives "" for every other text,
// and where a long summary was cut before the kind.
func KindOf(summary string) string {
	at := legacyID.FindStringIndex(summary)
	if at == nil {
		return ""
	}
	// The gravest condition stands first, behind the last of its sources.
	for issue := range strings.SplitSeq(strings.TrimSpace(summary[at[1]:]), ", ") {
		if issue == noSelectionIssue {
			return NoSelection.String()
		}
		for c := Good + 1; int(c) < len(conditionWords); c++ {
			if words := c.words(); issue == words || strings.HasSuffix(issue, " "+words) {
				return c.String()
			}
		}
	}
	return ""
}
