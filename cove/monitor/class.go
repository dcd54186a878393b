package monitor

import (
	"fmt"
	"strings"

	"github.com/covedesk/covedesk/cove"
)

// A Class is the kind of device as far as rules and tickets are concerned.
type Class uint8

// The classes.
const (
	ClassWorkstation Class = iota + 1
	ClassDocuments         // a workstation with a Documents profile
	ClassServer
	ClassM365 // a Microsoft 365 tenant
)

// classes are all of them, in the order in which rules list them.
var classes = [...]Class{ClassServer, ClassWorkstation, ClassDocuments, ClassM365}

var classNames = [...]string{"", "workstation", "documents", "server", "m365"}
var classCodes = [...]string{"", "WKS", "DOC", "SVR", "365"}

// String returns "server", "workstation", "documents" or "m365", as it stands
// in [reconcile.Issue.Class]; "" for the zero value.
func (c Class) String() string {
	if int(c) < len(classNames) {
		return classNames[c]
	}
	return ""
}

// Code returns the three characters of a summary: "SVR", "WKS", "DOC" or
// "365".
func (c Class) Code() string {
	if int(c) < len(classCodes) {
		return classCodes[c]
	}
	return ""
}

// MarshalText writes the name of a class; it is what rules hold as JSON.
func (c Class) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText reads the name of a class; empty is the zero value.
func (c *Class) UnmarshalText(text []byte) error {
	for i, name := range classNames {
		if name == string(text) {
			*c = Class(i)
			return nil
		}
	}
	return fmt.Errorf("no class %q: one of %q", text, classNames[1:])
}

// classOf finds the class from account type (AT), OS type (OT), OS text and
// profile (OI). A system with an undefined OS type is a workstation unless its
// OS calls itself a server.
func classOf(d *cove.Device, r *Rules) Class {
	switch {
	case d.AccountType == cove.AccountM365, d.AccountType == cove.AccountUndefined && anyM365(d.Sources):
		return ClassM365
	case d.OSType == cove.OSServer, strings.Contains(d.OS, "Server"):
		return ClassServer
	}
	for _, id := range r.DocumentsProfiles {
		if id != 0 && id == d.ProfileID {
			return ClassDocuments
		}
	}
	return ClassWorkstation
}

var m365Sources = cove.DataSourcesOf(cove.SourceM365Exchange, cove.SourceM365OneDrive, cove.SourceM365SharePoint, cove.SourceM365Teams)

func anyM365(set cove.DataSourceSet) bool { return set&m365Sources != 0 }
