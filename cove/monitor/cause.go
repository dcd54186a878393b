package monitor

// A Cause explains an error to whoever reads the ticket.
type Cause struct {
	// Text is a pattern for the text of the error; "*" stands for any text,
	// case makes no difference.
	Text string `json:"text"`
	// Cause is what it probably means ("permissions"), Step what to do first,
	// Link where to read more; the last two may be empty.
	Cause string `json:"cause"`
	Step  string `json:"step,omitzero"`
	Link  string `json:"link,omitzero"`
}

// DefaultCauses are the causes that come with the package, the more particular
// ones first.
func DefaultCauses() []Cause {
	return []Cause{
		{Text: "*AADSTS65001*", Cause: "consent needed", Step: "grant Cove consent to the tenant again, as a global administrator"},
		{Text: "*AADSTS700016*", Cause: "consent needed", Step: "grant Cove consent to the tenant again, as a global administrator"},
		{Text: "*invalid_grant*", Cause: "consent needed", Step: "grant Cove consent to the tenant again, as a global administrator"},
		{Text: "*MailboxNotEnabledForRESTAPI*", Cause: "a mailbox without a licence", Step: "take the mailbox out of the selection, or license it"},
		{Text: "*inactive, soft-deleted*", Cause: "a mailbox without a licence", Step: "take the mailbox out of the selection, or license it"},
		{Text: "*access is denied*", Cause: "permissions", Step: "give the backup service's account the right to read the path"},
		{Text: "*access denied*", Cause: "permissions", Step: "give the backup service's account the right to read the path"},
		{Text: "*being used by another process*", Cause: "a file that is locked", Step: "see which program holds it, or exclude it"},
		{Text: "*is locked*", Cause: "a file that is locked", Step: "see which program holds it, or exclude it"},
		{Text: "*VSS*", Cause: "shadow copies", Step: `run "vssadmin list writers" and restart the services of writers that failed`},
		{Text: "*shadow copy*", Cause: "shadow copies", Step: `run "vssadmin list writers" and restart the services of writers that failed`},
		{Text: "*not enough*space*", Cause: "a full disk", Step: "free space on the volume"},
		{Text: "*disk is full*", Cause: "a full disk", Step: "free space on the volume"},
		{Text: "*quota*", Cause: "a quota", Step: "raise the quota of the customer, or select less"},
		{Text: "*could not be resolved*", Cause: "name resolution", Step: "check the device's DNS server"},
		{Text: "*unable to resolve*", Cause: "name resolution", Step: "check the device's DNS server"},
		{Text: "*certificate*", Cause: "an intercepted connection", Step: "exclude the storage nodes from inspection by the firewall"},
		{Text: "*connection*", Cause: "the network", Step: "check that the firewall lets the device reach the storage node"},
		{Text: "*timed out*", Cause: "the network", Step: "check that the firewall lets the device reach the storage node"},
		{Text: "*login failed*", Cause: "a password that was changed", Step: "enter the new credentials in the backup manager"},
		{Text: "*logon failure*", Cause: "a password that was changed", Step: "enter the new credentials in the backup manager"},
		{Text: "*cannot find the*", Cause: "a path that is gone", Step: "take the path out of the selection"},
	}
}

// cause finds what an error means: first among the rules' own causes.
func (r *Rules) cause(text string) (Cause, bool) {
	for _, list := range [...][]Cause{r.Causes, DefaultCauses()} {
		for _, c := range list {
			if like(c.Text, text) {
				return c, true
			}
		}
	}
	return Cause{}, false
}
