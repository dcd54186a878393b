package covetest

import (
	"slices"
	"strconv"
)

// account returns a device that the caller may see.
func (s *Server) account(u *User, id int64) (*entry, *failure) {
	e := s.deviceIndex[id]
	if e == nil {
		return nil, noAccount(id)
	}
	if !s.within(u.PartnerID, e.PartnerID) {
		return nil, forbidden()
	}
	return e, nil
}

// device reads accountId and checks that the caller may see the device.
func (c *call) device() *entry {
	id := c.number("accountId")
	if c.fail != nil {
		return nil
	}
	e, f := c.s.account(c.user, id)
	c.fail = f
	return e
}

var accountTypes = map[int]string{1: "BackupManager", 2: "Office365"}

// info is the AccountInfo of a device, with its secrets.
func (d *Device) info(u *User, removal int64) map[string]any {
	password := d.Password
	if u.Restricted {
		password = ""
	}
	return map[string]any{
		"CreationTime": unix(d.Created), "ExpirationTime": unix(d.Expires), "Flags": orNull(d.Flags), "Id": d.ID,
		"LocationId": locationID, "Name": d.Name, "NameAlias": d.Alias, "OverrideVirtual": "Default", "PartnerId": d.PartnerID,
		"Password": password, "ProductId": d.ProductID, "ProfileId": d.ProfileID, "RemovalTime": removal,
		"StorageId": storageID, "StorageLocationId": locationID, "Token": d.Token, "Type": accountTypes[d.AccountType],
	}
}

// The server's only storage, its location and its node.
const (
	storageID  = 41
	locationID = 12
	nodeID     = 5561
	nodeName   = "us-tr1-0110-07"
)

// nodeHost is the host of a device's storage node.
func (s *Server) nodeHost(d *Device) string {
	if d.NodeHost != "" {
		return d.NodeHost
	}
	return s.NodeHost
}

func (s *Server) nodeInfo(host string) map[string]any {
	return map[string]any{
		"ActiveAccounts": len(s.devices), "TotalAccounts": len(s.devices) + len(s.removed),
		"CommonInfo": map[string]any{
			"CertificateInfo": map[string]any{"ValidationMethod": "Default"}, "Family": "", "GatewayHost": "", "Host": host,
			"HttpGatewayHost": "", "Name": nodeName, "Password": "", "Path": "", "StorageId": storageID, "User": "",
		},
		"Id": nodeID, "LocationId": locationID, "ModeInfo": map[string]any{"Mode": "Operable", "Message": ""},
		"StateInfo": map[string]any{"PrivilegedStorage": 0, "State": []string{"Online"}, "TotalStorage": int64(90000000000000),
			"UpdateTimestamp": s.now().Unix(), "UsedStorage": int64(61000000000000)},
	}
}

func (c *call) accountAnswer(d *Device, out string, removal int64) result {
	return result{value: d.info(c.user, removal), outs: map[string]any{out: c.s.nodeInfo(c.s.nodeHost(d))}}
}

func getAccountInfoByID(c *call) (result, *failure) {
	e := c.device()
	if c.fail != nil {
		return result{}, c.fail
	}
	return c.accountAnswer(&e.Device, "homeNodeInfo", 0), nil
}

func getAccountInfoWithRemoved(c *call) (result, *failure) {
	d := c.s.removed[c.numberOr("accountId", 0)]
	if d == nil {
		return getAccountInfoByID(c)
	}
	if !c.s.within(c.user.PartnerID, d.PartnerID) {
		return result{}, forbidden()
	}
	return c.accountAnswer(&d.Device, "homeNodeInfo", unix(d.at)), nil
}

// byPassword finds a device by its login name and password.
func (c *call) byPassword(name, password string) *entry {
	n, p := c.text(name), c.text(password)
	if c.fail != nil {
		return nil
	}
	e := c.s.deviceIndex[c.s.deviceNames[n]]
	if e == nil || e.Password != p {
		c.refuse("Account '%s' doesn't exist", n)
		return nil
	}
	return e
}

func getAccountInfo(c *call) (result, *failure) {
	e := c.byPassword("name", "password")
	if c.fail != nil {
		return result{}, c.fail
	}
	return c.accountAnswer(&e.Device, "homeNodeInfo", 0), nil
}

func getAccountID(c *call) (result, *failure) {
	e := c.byPassword("accountName", "accountPassword")
	if c.fail != nil {
		return result{}, c.fail
	}
	return result{value: e.ID}, nil
}

// byToken finds the device of a token.
func (s *Server) byToken(token string) *entry {
	i := slices.IndexFunc(s.devices, func(e *entry) bool { return e.Token == token })
	if i < 0 {
		return nil
	}
	return s.devices[i]
}

func getAccountInfoByToken(c *call) (result, *failure) {
	token := c.text("token")
	if c.fail != nil {
		return result{}, c.fail
	}
	e := c.s.byToken(token)
	if e == nil {
		return result{}, refuse("Account with this token doesn't exist")
	}
	if !c.s.within(c.user.PartnerID, e.PartnerID) {
		return result{}, forbidden()
	}
	return c.accountAnswer(&e.Device, "accountStorageInfo", 0), nil
}

// enumerateAccounts lists the devices of one partner with their secrets.
func enumerateAccounts(c *call) (result, *failure) {
	p := c.partner("partnerId")
	if c.fail != nil {
		return result{}, c.fail
	}
	if c.user.Restricted || c.s.switches().EnumerateAccountsForbidden {
		return result{}, forbidden()
	}
	list := []any{}
	for _, e := range c.s.devices {
		if e.PartnerID == p.ID {
			list = append(list, e.info(c.user, 0))
		}
	}
	return result{value: list}, nil
}

func enumerateRemovedAccounts(c *call) (result, *failure) {
	ids, _ := c.numbers("accountIds")
	if c.fail != nil {
		return result{}, c.fail
	}
	list := []any{}
	for _, id := range ids {
		if d := c.s.removed[id]; d != nil && c.s.within(c.user.PartnerID, d.PartnerID) {
			list = append(list, d.info(c.user, unix(d.at)))
		}
	}
	return result{value: list}, nil
}

// applyAccount changes the members of a device that an AccountInfo holds.
func (d *Device) applyAccount(a *args) {
	d.Name = a.textOr("Name", d.Name)
	d.Alias = a.textOr("NameAlias", d.Alias)
	d.PartnerID = a.numberOr("PartnerId", d.PartnerID)
	d.ProductID = a.numberOr("ProductId", d.ProductID)
	d.ProfileID = a.numberOr("ProfileId", d.ProfileID)
	for number, name := range accountTypes {
		if a.object["Type"] == name {
			d.AccountType = number
		}
	}
}

// known checks that the product and the profile of a device exist.
func (s *Server) known(d *Device) *failure {
	switch {
	case d.ProductID != 0 && s.products[d.ProductID] == nil:
		return noProduct(d.ProductID)
	case d.ProfileID != 0 && s.profiles[d.ProfileID] == nil:
		return noProfile(d.ProfileID)
	}
	return nil
}

func addAccount(c *call) (result, *failure) {
	a := c.sub("accountInfo")
	d := Device{PartnerID: a.number("PartnerId")}
	d.applyAccount(a)
	if a.fail != nil {
		return result{}, a.fail
	}
	if _, f := c.s.visiblePartner(c.user, d.PartnerID); f != nil {
		return result{}, f
	}
	if f := c.s.known(&d); f != nil {
		return result{}, f
	}
	id, err := c.s.addDevice(d)
	if err != nil {
		return result{}, refuse("Cannot add: %s", err)
	}
	e := c.s.deviceIndex[id]
	c.s.lagDevice(e, nil)
	return result{value: map[string]any{"Id": id, "Name": e.Name, "Password": e.Password, "Token": e.Token}}, nil
}

func modifyAccount(c *call) (result, *failure) {
	a := c.sub("accountInfo")
	id := a.numberOr("Id", c.s.deviceNames[a.textOr("Name", "")])
	return result{void: true}, c.modifyDevice(a, id)
}

func modifyAccounts(c *call) (result, *failure) {
	a := c.sub("accountInfo")
	ids, _ := c.numbers("accountIds")
	if c.fail != nil {
		return result{}, c.fail
	}
	for _, id := range ids {
		if f := c.modifyDevice(a, id); f != nil {
			return result{}, f
		}
	}
	return result{void: true}, nil
}

func (c *call) modifyDevice(a *args, id int64) *failure {
	if a.fail != nil {
		return a.fail
	}
	e, f := c.s.account(c.user, id)
	if f != nil {
		return f
	}
	d := e.device()
	d.applyAccount(a)
	if a.fail != nil {
		return a.fail
	}
	if _, f := c.s.visiblePartner(c.user, d.PartnerID); f != nil {
		return f
	}
	if f := c.s.known(&d); f != nil {
		return f
	}
	if err := c.s.replaceDevice(e, d); err != nil {
		return refuse("Cannot change: %s", err)
	}
	c.s.lagDevice(c.s.deviceIndex[id], e)
	return nil
}

func removeAccount(c *call) (result, *failure) {
	e := c.device()
	if c.fail != nil {
		return result{}, c.fail
	}
	c.s.removeDevice(e.ID)
	return result{void: true}, nil
}

func getAccountFeatures(c *call) (result, *failure) {
	e := c.device()
	if c.fail != nil {
		return result{}, c.fail
	}
	features := c.s.features[e.ID]
	if features == nil {
		features = []any{}
	}
	return result{value: features}, nil
}

func setAccountFeatures(c *call) (result, *failure) {
	e := c.device()
	if c.fail != nil {
		return result{}, c.fail
	}
	if c.object["features"] == nil {
		return result{}, refuse("Parameter 'features' is missing")
	}
	c.s.features[e.ID] = c.object["features"]
	return result{void: true}, nil
}

func reinstallationPassphrase(c *call) (result, *failure) {
	c.strictNumber("accountId")
	e := c.device()
	if c.fail != nil {
		return result{}, c.fail
	}
	return result{value: uuid("passphrase", e.ID)}, nil
}

// remoteAccess answers the Remote Backup Manager of a device. The token in the
// URL works once, so every answer has a new one.
func remoteAccess(c *call) (result, *failure) {
	e := c.device()
	if c.fail != nil {
		return result{}, c.fail
	}
	if e.Offline || e.AccountType == 2 {
		return result{value: []any{}}, nil
	}
	c.s.oneTime++
	base := "https://" + c.s.nodeHost(&e.Device) + "/rcg/" + lower(e.Name) + "/" + shortHash("rcg", e.ID, 24) + "/"
	once := shortHash("auth_token/"+strconv.FormatInt(c.s.oneTime, 10), e.ID, 32)
	return result{value: []any{map[string]any{
		"WebRcgUrl": base + "?auth_token=" + once, "InternalInfoPageUrl": base + "info?auth_token=" + once,
	}}}, nil
}
