package connectwise

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// schemaTypes maps each schema to the Go type for it.
var schemaTypes = map[string]reflect.Type{
	"Ticket": reflect.TypeFor[Ticket](), "ServiceNote": reflect.TypeFor[TicketNote](), "ServiceTicketNote": reflect.TypeFor[DiscussionNote](),
	"TicketTask": reflect.TypeFor[TicketTask](),
	"Board":      reflect.TypeFor[Board](), "BoardStatus": reflect.TypeFor[BoardStatus](), "BoardType": reflect.TypeFor[BoardType](),
	"BoardSubType": reflect.TypeFor[BoardSubType](), "BoardItem": reflect.TypeFor[BoardItem](), "BoardTeam": reflect.TypeFor[BoardTeam](),
	"BoardTypeSubTypeItemAssociation": reflect.TypeFor[BoardAssociation](), "ServiceTeam": reflect.TypeFor[ServiceTeam](),
	"Priority": reflect.TypeFor[Priority](), "Severity": reflect.TypeFor[Severity](), "Impact": reflect.TypeFor[Impact](), "Source": reflect.TypeFor[Source](),
	"Company": reflect.TypeFor[Company](), "CompanySite": reflect.TypeFor[CompanySite](), "CompanyStatus": reflect.TypeFor[CompanyStatus](),
	"CompanyType": reflect.TypeFor[CompanyType](), "CompanyTypeAssociation": reflect.TypeFor[CompanyTypeAssociation](), "CompanyNote": reflect.TypeFor[CompanyNote](),
	"Contact": reflect.TypeFor[Contact](), "ContactCommunicationItem": reflect.TypeFor[CommunicationItem](), "ContactCommunication": reflect.TypeFor[ContactCommunication](),

	"ContactNote": reflect.TypeFor[ContactNote](), "Configuration": reflect.TypeFor[Configuration](), "ConfigurationQuestion": reflect.TypeFor[ConfigurationQuestion](),
	"ConfigurationType":   reflect.TypeFor[ConfigurationType](),
	"ConfigurationStatus": reflect.TypeFor[ConfigurationStatus](),
	"DocumentInfo":        reflect.TypeFor[Document](), "CallbackEntry": reflect.TypeFor[Callback](), "Member": reflect.TypeFor[Member](), "MemberInfo": reflect.TypeFor[MemberInfo](),
	"SecurityRoleSetting": reflect.TypeFor[Permission](),
	"TimeEntry":           reflect.TypeFor[TimeEntry](),
	"Agreement":           reflect.TypeFor[Agreement](), "Addition": reflect.TypeFor[Addition](),
	"UserDefinedField": reflect.TypeFor[UserDefinedField](), "CustomFieldValue": reflect.TypeFor[CustomField](),
	// Nested objects that are not references.
	"MemberOffice365": reflect.TypeFor[MemberOffice365](), "MemberSsoSettingsRef": reflect.TypeFor[MemberSSO](),
	"UserDefinedFieldOption": reflect.TypeFor[UserDefinedFieldOption](),
}

// notKept are the members of references that Ref leaves out on purpose.
var notKept = []string{
	"summary", "deviceIdentifier", "sort", "level", "type", "chargeFirmFlag", "dailyCapacity", "utilizationFlag", "coreEntityId",
	"description", "billingType", "applyToType", "invoiceDate", "lockedFlag", "server",
	"symbol", "currencyCode", "decimalSeparator", "numberOfDecimals", "thousandsSeparator", "negativeParenthesesFlag", "displaySymbolFlag",
	"currencyIdentifier", "displayIdFlag", "rightAlign", "serializedFlag", "showPriceFlag", "showSubItemsFlag", "groupParentChildAdditionsFlag",
}

// dates are members that hold dates although the published list calls them
// texts.
var dates = strings.Fields("closedDate dateResolved dateResplan dateResponded subDateAccepted escalationStartDateUTC dateCreated timeStart timeEnd lastLogin timeSheetStartDate createdOnDate birthDay anniversary enteredDate nextInvoiceDate")

func TestResourcesHaveThePublishedFields(t *testing.T) {
	known := map[string]map[string]bool{}
	fields := 0
	for _, column := range publishedRows(t, "testdata/fields.tsv") {
		schema, field, typ, limit := column[0], column[1], column[2], column[3]
		if ref, isRef := strings.CutPrefix(schema, "ref:"); isRef {
			if schemaTypes[ref] != nil {
				continue
			}
			for name := range strings.FieldsSeq(field) {
				if !slices.Contains([]string{"id", "identifier", "name", "_info"}, name) && !slices.Contains(notKept, name) {
					t.Errorf("%s has a member %s that Ref does not keep and that is not listed", ref, name)
				}
			}
			continue
		}
		fields++
		goType := schemaTypes[schema]
		if goType == nil {
			t.Errorf("no type for schema %s", schema)
			continue
		}
		if known[schema] == nil {
			known[schema] = map[string]bool{}
		}
		known[schema][field] = true
		m := schemaOf(goType).members[field]
		if m == nil {
			t.Errorf("%s has no member %s", goType.Name(), field)
			continue
		}
		if max, _ := strconv.Atoi(limit); m.max != max {
			t.Errorf("%s.%s: at most %d characters, published are %q", goType.Name(), field, m.max, limit)
		}
		if want := goTypeOf(field, typ); m.typ != want && (want.Kind() != reflect.String || m.typ != reflect.TypeFor[Secret]()) {
			t.Errorf("%s.%s is a %v, want %v for %s", goType.Name(), field, m.typ, want, typ)
		}
		tag := goType.FieldByIndex(m.index).Tag.Get("json")
		if tag != field+",omitzero" {
			t.Errorf("%s.%s: tag %q", goType.Name(), field, tag)
		}
	}
	if fields < 1000 {
		t.Errorf("only %d fields in the table", fields)
	}
	for schema, goType := range schemaTypes {
		if known[schema] == nil {
			continue
		}
		for name := range schemaOf(goType).members {
			if !known[schema][name] {
				t.Errorf("%s has a member %s that is not published", goType.Name(), name)
			}
		}
	}
}

func goTypeOf(field, typ string) reflect.Type {
	if slices.Contains(dates, field) && typ == "str" {
		return reflect.TypeFor[Time]()
	}
	switch typ {
	case "int":
		return reflect.TypeFor[int64]()
	case "num":
		return reflect.TypeFor[Number]()
	case "bool":
		return reflect.TypeFor[bool]()
	case "dt":
		return reflect.TypeFor[Time]()
	case "any":
		return reflect.TypeFor[any]()
	case "map":
		return reflect.TypeFor[Info]()
	case "[int]":
		return reflect.TypeFor[[]int64]()
	case "[str]":
		return reflect.TypeFor[[]string]()
	}
	list := strings.HasPrefix(typ, "[->")
	if name := strings.Trim(typ, "[]->"); list || strings.HasPrefix(typ, "->") {
		element := schemaTypes[name]
		if element == nil {
			element = refType
		}
		if list {
			return reflect.SliceOf(element)
		}
		return element
	}
	return reflect.TypeFor[string]()
}

func TestNoResourceHasItsOwnJSON(t *testing.T) {
	for schema, typ := range schemaTypes {
		if schemaOf(typ) == nil {
			t.Errorf("%s (%s) has custom JSON methods, which embedding would inherit", typ.Name(), schema)
		}
	}
}
