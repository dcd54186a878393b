package monitor

// A Cause explains an error to the reader of a ticket.
type Cause struct {
	// Text is a pattern for the text of the error; "*" stands for any text, and
	// case does not matter.
	Text string `json:"text"`
	// Class is the class of device that the cause is for; 0 means every class.
	Class Class `json:"class,omitzero"`
	// Cause is what the error probably means ("permissions"). Step is what to do
	// first, and Link where to read more; both may be empty.
	Cause string `json:"cause"`
	Step  string `json:"step,omitzero"`
	Link  string `json:"link,omitzero"`
}

// DefaultCauses returns the causes of [DefaultRules]. Those of Microsoft 365
// come first, because there the same words mean something else; then those of
// systems. The more specific come before the more general.
func DefaultCauses() []Cause {
	var all []Cause
	for _, row := range [...]struct {
		class       Class
		cause, step string
		patterns    []string
	}{
		{
			ClassM365, "consent needed", "grant Cove consent to the tenant again, as a global administrator",
			[]string{"*AADSTS65001*", "*AADSTS700016*", "*invalid_grant*", "*consent*", "*access*denied*", "*unauthorized*", "*forbidden*", "*insufficient privileges*"},
		},
		{
			ClassM365, "a mailbox that is gone", "take the mailbox out of the selection, or bring it back",
			[]string{"*soft-deleted*", "*soft deleted*", "*mailbox*not*found*", "*ErrorNonExistentMailbox*", "*MailboxInfoStale*"},
		},
		{
			ClassM365, "a missing licence", "license the user, or take the user out of the selection",
			[]string{"*license*", "*licence*", "*MailboxNotEnabledForRESTAPI*", "*does not have*plan*"},
		},
		{
			ClassM365, "throttling by Microsoft", "wait for the next sessions; where it goes on, spread the tenant's backup times",
			[]string{"*throttl*", "*too many requests*", "*ServerBusy*"},
		},
		{0, "permissions", "give the backup service's account the right to read the path that the error names", []string{"*access is denied*", "*access denied*"}},
		{0, "a file that is locked", "find out which program holds the file that the error names, or exclude it", []string{"*being used by another process*", "*is locked*"}},
		{0, "shadow copies", `run "vssadmin list writers" and restart the services of writers that failed`, []string{"*VSS*", "*shadow copy*"}},
		{0, "a full disk", "free space on the volume", []string{"*not enough*space*", "*disk is full*"}},
		{0, "a quota", "raise the quota of the customer, or select less", []string{"*quota*"}},
		{0, "name resolution", "check the device's DNS server", []string{"*could not be resolved*", "*unable to resolve*"}},
		{0, "an intercepted connection", "exclude the storage nodes from inspection by the firewall", []string{"*certificate*"}},
		{0, "the network", "check that the firewall lets the device reach the storage node", []string{"*connection*", "*timed out*"}},
		{0, "a password that was changed", "enter the new credentials in the backup manager", []string{"*login failed*", "*logon failure*"}},
		{0, "a path that is gone", "take the path out of the selection", []string{"*cannot find the*"}},
	} {
		for _, pattern := range row.patterns {
			all = append(all, Cause{Text: pattern, Class: row.class, Cause: row.cause, Step: row.step})
		}
	}
	return all
}

// cause finds the first cause that matches an error.
func (r *Rules) cause(class Class, text string) (Cause, bool) {
	for _, c := range r.Causes {
		if (c.Class == 0 || c.Class == class) && like(c.Text, text) {
			return c, true
		}
	}
	return Cause{}, false
}
