package desk

import (
	"encoding/json"
	"maps"
	"time"

	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
)

// reportJSON is the JSON form of a [Report].
type reportJSON struct {
	Totals
	Began  time.Time `json:"began,omitzero"`
	DryRun bool      `json:"dryRun,omitzero"`
	Locked bool      `json:"locked,omitzero"`
	Digest string    `json:"digest,omitzero"`
	// Why counts the actions of kinds that write nothing, by code, and the
	// suppressed keys, by reason.
	Why         map[string]map[string]int `json:"why,omitempty"`
	Edited      map[string]int            `json:"edited,omitempty"`
	Findings    []Finding                 `json:"findings,omitempty"`
	NotApproved []resultJSON              `json:"notApprovedActions,omitempty"`
	Results     []resultJSON              `json:"results,omitempty"`
	Settled     []resultJSON              `json:"settled,omitempty"`
	Links       []Link                    `json:"links,omitempty"`
}

// resultJSON is the JSON form of a [Result].
type resultJSON struct {
	Kind     reconcile.ActionKind `json:"kind"`
	Code     string               `json:"code"`
	Key      reconcile.Key        `json:"key,omitzero"`
	KeyID    mark.KeyID           `json:"keyID,omitzero"`
	Ticket   int64                `json:"ticket,omitzero"`
	Status   string               `json:"status,omitzero"`
	Summary  string               `json:"summary,omitzero"`
	Outcome  Outcome              `json:"outcome,omitzero"`
	Why      string               `json:"why,omitzero"`
	Error    string               `json:"error,omitzero"`
	Degraded string               `json:"degraded,omitzero"`
}

// MarshalJSON implements [json.Marshaler]. It writes the totals, the findings,
// the results and the links, without the plan and unattached files.
func (r *Report) MarshalJSON() ([]byte, error) {
	out := reportJSON{
		Totals: r.Totals(), Began: r.Began, DryRun: r.DryRun, Locked: r.Locked, Digest: r.Digest, Edited: r.Edited, Findings: r.Findings,
		Results: resultsJSON(r.Results), Settled: resultsJSON(r.Settled), Links: r.Links,
		Why: map[string]map[string]int{"suppressed": r.suppressed},
	}
	for _, kind := range []reconcile.ActionKind{reconcile.Hold, reconcile.Keep} {
		out.Why[string(kind)] = r.Plan.Codes(kind)
	}
	maps.DeleteFunc(out.Why, func(_ string, counts map[string]int) bool { return len(counts) == 0 })
	for _, a := range r.NotApproved {
		out.NotApproved = append(out.NotApproved, resultsJSON([]Result{{Action: a, Ticket: a.Ticket}})...)
	}
	return json.Marshal(out)
}

func resultsJSON(results []Result) []resultJSON {
	out := make([]resultJSON, len(results))
	for i, r := range results {
		a := r.Action
		out[i] = resultJSON{
			Kind: a.Kind, Code: a.Code, Key: a.Key, KeyID: a.KeyID, Ticket: r.Ticket, Status: r.Status, Summary: a.Summary,
			Outcome: r.Outcome, Why: r.Why, Error: errorText(r.Err), Degraded: errorText(r.Degraded),
		}
	}
	return out
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
