package desk

import (
	"testing"

	"github.com/covedesk/covedesk/reconcile"
)

// The customers of every monitor are matched, not of the first alone.
func TestTwoMonitorsAreMatched(t *testing.T) {
	j := newCase(t, nil)
	j.expect(j.sync(ActiveAlerts("rmm", []Alert{alert("a")}), ActiveAlerts("zabbix", []Alert{alert("b")})), "create a done", "create b done")
}

// A feed that names anything at all, be it only what is suppressed, is not blind.
func TestBrought(t *testing.T) {
	k := key("1")
	for name, obs := range map[string]reconcile.Observation{
		"problem":    {Issues: []reconcile.Issue{{Key: k}}},
		"healthy":    {Healthy: []reconcile.Healthy{{Key: k}}},
		"suppressed": {Suppressed: []reconcile.Suppressed{{Key: k}}},
	} {
		if !brought(obs, "cove") || brought(obs, "rmm") {
			t.Errorf("%s: cove %v, rmm %v", name, brought(obs, "cove"), brought(obs, "rmm"))
		}
	}
}
