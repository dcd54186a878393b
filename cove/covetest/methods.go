package covetest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// methodTable lists the methods that are served, and methods that clients use
// but that are not served: service, method, access, description. Access is open
// (needs no visa), read, write, or none (not served; refused with an error that
// says so). The rows of HTTP have a path instead of a method: one that is
// served by GET, or the beginning of paths that are not served.
const methodTable = `
/jsonapi Login open Sign in; the answer holds the first visa
/jsonapi AuthenticateWithContext open Sign in the same way
/jsonapi GetPartnerInfo read A partner by its exact name
/jsonapi GetPartnerInfoById read A partner
/jsonapi GetPartnerInfoByUid read A partner by its uid
/jsonapi EnumeratePartners read Partners below one, flat
/jsonapi EnumerateChildPartners read A partner with its children
/jsonapi GetPartnerTree read All below a partner as a tree
/jsonapi EnumerateAncestorPartners read A partner and all above it
/jsonapi ModifyPartner write Change members of a partner
/jsonapi AddPartner write Add a partner
/jsonapi AddPartnerEx write Add a partner, with an address for its first password
/jsonapi RemovePartner write Remove a partner without devices and children
/jsonapi GetPartnerState read State of a partner
/jsonapi ChangePartnerState write Change it
/jsonapi GetPartnerInfoHistory read A partner at its creation and its removal
/jsonapi GetAutoDeploymentPartnerState read Whether devices deploy themselves
/jsonapi ModifyAutoDeploymentPartnerState write Change it
/jsonapi EnumeratePartnerProperties read Names of partner properties
/jsonapi GetAutoDeployCommandLine read Command line of an installer
/jsonapi GetAutoLoginUrl read Forbidden, as in practice
/jsonapi GetAccountInfoById read A device with its secrets and its node
/jsonapi GetAccountInfoByIdWithRemoved read The same, removed ones too
/jsonapi GetAccountInfo read A device by its name and password
/jsonapi GetAccountInfoByToken read A device by its token
/jsonapi GetAccountId read Id of a device by its name and password
/jsonapi EnumerateAccounts read Devices of a partner with their secrets
/jsonapi EnumerateRemovedAccountsByIds read Removed devices
/jsonapi AddAccount write Add a device
/jsonapi ModifyAccount write Change members of a device
/jsonapi ModifyAccountsBatch write The same for several
/jsonapi RemoveAccount write Remove a device
/jsonapi GetAccountFeatures read Features of a device
/jsonapi SetAccountFeatures write Set them
/jsonapi GenerateReinstallationPassphrase read A passphrase
/jsonapi EnumerateAccountRemoteAccessEndpoints write Addresses of the Remote Backup Manager, good once
/jsonapi EnumerateAccountStatistics read Rows of devices
/jsonapi EnumerateAccountHistoryStatistics read The same as of a time
/jsonapi EnumerateColumns read Column codes
/jsonapi EnumerateCustomColumns read Columns of the tenant
/jsonapi GetCustomColumnInfoById read One of them
/jsonapi AddCustomColumn write Add one
/jsonapi RemoveCustomColumn write Remove one
/jsonapi GetAccountCustomColumnValues read Their values for a device
/jsonapi UpdateAccountCustomColumnValues write Set them
/jsonapi EnumerateUsers read Users of partners
/jsonapi EnumerateUserRoles read Roles
/jsonapi GetUserInfoById read A user
/jsonapi GetUserInfo read A user by name and password
/jsonapi GetRootPartnerName read Name of the topmost partner
/jsonapi AddUser write Add a user
/jsonapi ModifyUser write Change members of a user
/jsonapi RemoveUser write Remove a user
/jsonapi EnumerateProducts read Products that a partner may use
/jsonapi GetProductInfo read A product
/jsonapi FindProductByName read A product by its name
/jsonapi EnumerateAccountProfiles read Profiles that a partner may use
/jsonapi GetAccountProfileInfo read A profile
/jsonapi EnumerateStorages read The storage
/jsonapi EnumerateStorageNodes read Its nodes
/jsonapi GetStorageNodeInfo read A node
/jsonapi EnumerateStorageNodesByAccountId read Nodes of devices
/jsonapi EnumerateLocations read Locations
/jsonapi GetServerInfo read Version and time
/jsonapi GetPartnerWebBranding read Branding of a partner
/jsonapi EnumerateReports none Reports as files
/jsonapi EnumerateUserSettings none Saved views of the console
/jsonapi AddUserSettings none Save one
/jsonapi AddAccountProfile none Add a profile
/jsonapi AddProduct none Add a product
/jsonapi SendRemoteCommands none Commands to devices
/jsonapi SendAccountCommand none A command to a device
/jsonapi EnumerateAggregatedStatisticsHistory none Daily sums
/jsonapi EnumerateAuditActions none What was done in the console
/reporting_api EnumerateSessions read Sessions of a Microsoft 365 device
/reporting_api EnumerateSessionErrors read Their errors
/reporting_api EnumerateDataSources read Its data sources
/management_api EnumerateUsers read Users of a Microsoft 365 device
/management_api UpdateDataSources write What is added to them by itself
/management_api RemoveBackup write Forget the backup of a user
/repserv_json QuerySessions read Sessions of a device
/repserv_json QueryErrors read Their errors
/repserv_json EnumerateSessionErrorsGroupDetails read Files of an error
/repserv_json QueryAudit read What was done on a device
HTTP /statistics-reporting/high-watermark-usage-report read Most that was used in a month, as a workbook
HTTP /draas/actual-statistics/v1/dashboard/ read Recovery testing of devices
HTTP /c2c/statistics none Microsoft 365 statistics
HTTP /draas none The rest of recovery testing
HTTP /jsonrpcv1 none Commands to devices, by the old way
HTTP /web/accounts/properties none Pages of the console
HTTP /report-manager none Pages of the console
`

// method is a row of the table with the function that executes it.
type method struct {
	access string
	run    run
	page   page // of HTTP
}

// run executes a method. The caller holds the lock for reading or writing.
type run func(c *call) (result, *failure)

// onDevice makes a run from a function about one device.
func onDevice(f func(c *call, e *entry) (result, *failure)) run {
	return func(c *call) (result, *failure) { return f(c, c.on) }
}

// runs holds the functions of the methods, by service and name.
var runs = map[string]run{
	"/jsonapi GetPartnerInfo":                          getPartnerInfo,
	"/jsonapi GetPartnerInfoById":                      getPartnerInfoByID,
	"/jsonapi GetPartnerInfoByUid":                     getPartnerInfoByUID,
	"/jsonapi EnumeratePartners":                       enumeratePartners,
	"/jsonapi EnumerateChildPartners":                  enumerateChildPartners,
	"/jsonapi GetPartnerTree":                          getPartnerTree,
	"/jsonapi EnumerateAncestorPartners":               enumerateAncestors,
	"/jsonapi ModifyPartner":                           modifyPartner,
	"/jsonapi AddPartner":                              addPartner,
	"/jsonapi AddPartnerEx":                            addPartnerEx,
	"/jsonapi RemovePartner":                           removePartner,
	"/jsonapi GetPartnerState":                         getPartnerState,
	"/jsonapi ChangePartnerState":                      changePartnerState,
	"/jsonapi GetPartnerInfoHistory":                   partnerHistory,
	"/jsonapi GetAutoDeploymentPartnerState":           getAutoDeployment,
	"/jsonapi ModifyAutoDeploymentPartnerState":        setAutoDeployment,
	"/jsonapi EnumeratePartnerProperties":              named(partnerProperties),
	"/jsonapi GetAutoDeployCommandLine":                autoDeployCommand,
	"/jsonapi GetAutoLoginUrl":                         alwaysForbidden,
	"/jsonapi GetAccountInfoById":                      getAccountInfoByID,
	"/jsonapi GetAccountInfoByIdWithRemoved":           getAccountInfoWithRemoved,
	"/jsonapi GetAccountInfo":                          getAccountInfo,
	"/jsonapi GetAccountInfoByToken":                   getAccountInfoByToken,
	"/jsonapi GetAccountId":                            getAccountID,
	"/jsonapi EnumerateAccounts":                       enumerateAccounts,
	"/jsonapi EnumerateRemovedAccountsByIds":           enumerateRemovedAccounts,
	"/jsonapi AddAccount":                              addAccount,
	"/jsonapi ModifyAccount":                           modifyAccount,
	"/jsonapi ModifyAccountsBatch":                     modifyAccounts,
	"/jsonapi RemoveAccount":                           removeAccount,
	"/jsonapi GetAccountFeatures":                      getAccountFeatures,
	"/jsonapi SetAccountFeatures":                      setAccountFeatures,
	"/jsonapi GenerateReinstallationPassphrase":        reinstallationPassphrase,
	"/jsonapi EnumerateAccountRemoteAccessEndpoints":   remoteAccess,
	"/jsonapi EnumerateAccountStatistics":              statistics,
	"/jsonapi EnumerateAccountHistoryStatistics":       historyStatistics,
	"/jsonapi EnumerateColumns":                        enumerateColumns,
	"/jsonapi EnumerateCustomColumns":                  enumerateCustomColumns,
	"/jsonapi GetCustomColumnInfoById":                 getCustomColumn,
	"/jsonapi AddCustomColumn":                         addCustomColumn,
	"/jsonapi RemoveCustomColumn":                      removeCustomColumn,
	"/jsonapi GetAccountCustomColumnValues":            getCustomValues,
	"/jsonapi UpdateAccountCustomColumnValues":         setCustomValues,
	"/jsonapi EnumerateUsers":                          enumerateUsers,
	"/jsonapi EnumerateUserRoles":                      named(roles),
	"/jsonapi GetUserInfoById":                         getUserInfo,
	"/jsonapi GetUserInfo":                             getUserInfoByName,
	"/jsonapi GetRootPartnerName":                      rootPartnerName,
	"/jsonapi AddUser":                                 addUser,
	"/jsonapi ModifyUser":                              modifyUser,
	"/jsonapi RemoveUser":                              removeUser,
	"/jsonapi EnumerateProducts":                       enumerateProducts,
	"/jsonapi GetProductInfo":                          getProductInfo,
	"/jsonapi FindProductByName":                       findProduct,
	"/jsonapi EnumerateAccountProfiles":                enumerateProfiles,
	"/jsonapi GetAccountProfileInfo":                   getProfileInfo,
	"/jsonapi EnumerateStorages":                       enumerateStorages,
	"/jsonapi EnumerateStorageNodes":                   enumerateStorageNodes,
	"/jsonapi GetStorageNodeInfo":                      getStorageNode,
	"/jsonapi EnumerateStorageNodesByAccountId":        storageNodesByAccount,
	"/jsonapi EnumerateLocations":                      enumerateLocations,
	"/jsonapi GetServerInfo":                           serverInfo,
	"/reporting_api EnumerateSessions":                 onDevice(cloudSessions),
	"/reporting_api EnumerateSessionErrors":            onDevice(cloudErrors),
	"/reporting_api EnumerateDataSources":              onDevice(cloudDataSources),
	"/management_api EnumerateUsers":                   onDevice(cloudUsers),
	"/management_api UpdateDataSources":                onDevice(updateDataSources),
	"/management_api RemoveBackup":                     onDevice(removeBackup),
	"/repserv_json QuerySessions":                      onDevice(querySessions),
	"/repserv_json QueryErrors":                        onDevice(queryErrors),
	"/repserv_json EnumerateSessionErrorsGroupDetails": onDevice(errorGroupDetails),
	"/repserv_json QueryAudit":                         onDevice(queryAudit),
	"/jsonapi GetPartnerWebBranding":                   webBranding,
}

var methods = func() map[string]method {
	m, err := buildMethods(methodTable, runs, pages)
	if err != nil {
		panic("covetest: " + err.Error())
	}
	return m
}()

// buildMethods joins the table and the functions. Every row needs a function
// and every function a row, except rows with access open or none.
func buildMethods(table string, runs map[string]run, pages map[string]page) (map[string]method, error) {
	rows, err := tableRows(table, 4)
	if err != nil {
		return nil, err
	}
	built := map[string]method{}
	for _, row := range rows {
		name, access := row[0]+" "+row[1], row[2]
		f, p := runs[name], pages[name]
		_, twice := built[name]
		switch {
		case twice:
			return nil, fmt.Errorf("%s stands twice in the table", name)
		case access != "open" && access != "read" && access != "write" && access != "none":
			return nil, fmt.Errorf("%s: access %q", name, access)
		case (access == "read" || access == "write") != (f != nil || p != nil):
			return nil, fmt.Errorf("%s has access %s, served: %v", name, access, f != nil || p != nil)
		}
		built[name] = method{access, f, p}
	}
	for _, name := range slices.Concat(slices.Collect(maps.Keys(runs)), slices.Collect(maps.Keys(pages))) {
		if _, ok := built[name]; !ok {
			return nil, fmt.Errorf("%s is served and not in the table", name)
		}
	}
	return built, nil
}

// tableRows splits each line of a table into n parts; the last part is the rest
// of the line. A line with fewer parts is an error.
func tableRows(table string, n int) ([][]string, error) {
	var rows [][]string
	for line := range strings.Lines(strings.TrimSpace(table)) {
		words := strings.SplitN(strings.TrimSpace(line), " ", n)
		if len(words) < n {
			return nil, fmt.Errorf("row %q has %d words, want %d", strings.TrimSpace(line), len(words), n)
		}
		rows = append(rows, words)
	}
	return rows, nil
}

// method finds a method of a service.
func (s *Server) method(service, name string) (method, *failure) {
	m, ok := methods[service+" "+name]
	switch {
	case !ok && s.switches().UnknownMethodInternal:
		return m, &failure{codeCove, 0, fmt.Sprintf("Method '%s' not found", name)}
	case !ok:
		return m, &failure{codeMethod, 0, fmt.Sprintf("Method '%s' not found", name)}
	case m.access == "none":
		return m, &failure{codeMethod, 0, fmt.Sprintf("This test server does not serve method '%s'", name)}
	}
	return m, nil
}
