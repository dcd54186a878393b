package match

import (
	"fmt"

	"github.com/covedesk/covedesk/internal/text"
	"github.com/covedesk/covedesk/reconcile"
)

// The rules of [Configurations], beside [RuleMapping], [RuleIdentifier] and
// [RuleName].
const (
	RuleMAC    Rule = "mac address"
	RuleSerial Rule = "serial number"
)

// ConfigurationRules returns the rules of [Configurations] in their usual
// order.
func ConfigurationRules() []Rule {
	return []Rule{RuleMapping, RuleIdentifier, RuleMAC, RuleSerial, RuleName}
}

// Configuration is an asset of the service desk: API resource
// company/configurations.
type Configuration struct {
	ID         string // never empty
	Company    string // the id of its company
	Identifier string // deviceIdentifier
	MAC        string // macAddress, in any notation
	Serial     string // serialNumber
	Name       string
	Inactive   bool // the opposite of activeFlag: never linked
}

// ConfigurationLink is the result for one device.
type ConfigurationLink struct {
	Device reconcile.Device

	// Configuration is the id of the device's configuration; empty when there is
	// none.
	Configuration string

	// Company is the id of the configuration's company. If the device's customer
	// has no company, it may serve as the company of the device's tickets.
	Company string

	// Rule is the rule that decided, for or against a configuration.
	Rule Rule

	// Candidates holds the linked configuration, or those that may be meant,
	// ordered by id.
	Candidates []Configuration

	// Reason is a sentence for people, without a full stop.
	Reason string
}

// Matched reports whether the device has a configuration.
func (l ConfigurationLink) Matched() bool { return l.Configuration != "" }

func (m *machine) describe() string { return describe("device", m.Key.String(), m.Name) }

func (c Configuration) describe() string { return describe("configuration", c.ID, c.Name) }

// unfit says why a configuration cannot be that of a device of the company; ""
// means that it can.
func (c Configuration) unfit(company string) string {
	switch {
	case company != "" && c.Company != company:
		return fmt.Sprintf("belongs to company %s, not to %s", text.Line(c.Company), text.Line(company))
	case c.Inactive:
		return "is inactive"
	}
	return ""
}
