package monitor

import (
	"fmt"
	"slices"
	"strings"

	"github.com/covedesk/covedesk/cove"
)

// A Class is the kind of a device for rules and tickets. The zero value means
// that the device cannot be classed; such a device is suppressed.
type Class uint8

// The classes.
const (
	ClassWorkstation Class = iota + 1
	ClassDocuments         // a workstation with a Documents profile
	ClassServer
	ClassM365 // a Microsoft 365 tenant
)

// classes are all classes, in the order in which rules list them.
var classes = [...]Class{ClassServer, ClassWorkstation, ClassDocuments, ClassM365}

// classNames are, for each class, its name, its three characters in a summary,
// and its name in a sentence.
var classNames = [...][3]string{
	ClassWorkstation: {"workstation", "WKS", "workstation"}, ClassDocuments: {"documents", "DOC", "workstation (documents only)"},
	ClassServer: {"server", "SVR", "server"}, ClassM365: {"m365", "365", "Microsoft 365 tenant"},
}

func (c Class) name(form int) string {
	if int(c) < len(classNames) {
		return classNames[c][form]
	}
	return ""
}

// String returns "server", "workstation", "documents" or "m365", the value of
// [reconcile.Issue].Class; "" for the zero value.
func (c Class) String() string { return c.name(0) }

// Code returns the three characters of a summary: "SVR", "WKS", "DOC" or
// "365".
func (c Class) Code() string { return c.name(1) }

// MarshalText returns the name of the class, as in the JSON of rules.
func (c Class) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText reads the name of a class; an empty text is the zero value.
func (c *Class) UnmarshalText(text []byte) error {
	i := slices.IndexFunc(classNames[:], func(n [3]string) bool { return n[0] == string(text) })
	if i < 0 {
		return fmt.Errorf("no class %q: one of %q", text, classes)
	}
	*c = Class(i)
	return nil
}

// classOf finds the class from account type (AT), OS type (OT), OS text and
// profile (OI), and says why. If the OS type is missing, the name of the OS
// decides where it is clear.
func classOf(d *cove.Device, r *Rules) (Class, string) {
	switch {
	case d.AccountType == cove.AccountM365:
		return ClassM365, "AT is M365"
	case d.AccountType == cove.AccountUndefined && d.Sources&m365Sources != 0:
		return ClassM365, "its sources are those of Microsoft 365"
	case d.OSType == cove.OSServer:
		return ClassServer, "OT is Server"
	case strings.Contains(d.OS, "Server"):
		return ClassServer, "OS names a server"
	case d.ProfileID != 0 && slices.Contains(r.DocumentsProfiles, d.ProfileID):
		return ClassDocuments, "its profile is one of documentsProfiles"
	case d.OSType == cove.OSWorkstation:
		return ClassWorkstation, "OT is Workstation"
	case strings.Contains(d.OS, "Windows"), strings.Contains(d.OS, "macOS"), strings.Contains(d.OS, "Mac OS"):
		return ClassWorkstation, "OS names a workstation"
	}
	return 0, "neither OT nor OS tells"
}

var m365Sources = cove.DataSourcesOf(cove.SourceM365Exchange, cove.SourceM365OneDrive, cove.SourceM365SharePoint, cove.SourceM365Teams)
