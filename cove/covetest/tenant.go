package covetest

import (
	"maps"
	"slices"
	"strings"
)

// enumerateUsers lists the users of partners.
func enumerateUsers(c *call) (result, *failure) {
	partners, ok := c.numbers("partnerIds")
	if c.fail == nil && !ok {
		c.refuse("Parameter 'partnerIds' is missing")
	}
	if c.fail != nil {
		return result{}, c.fail
	}
	for _, id := range partners {
		if _, f := c.s.visiblePartner(c.user, id); f != nil {
			return result{}, f
		}
	}
	list := []any{}
	for _, id := range slices.Sorted(maps.Keys(c.s.users)) {
		if u := c.s.users[id]; slices.Contains(partners, u.PartnerID) {
			list = append(list, userInfo(u))
		}
	}
	return result{value: list}, nil
}

// target reads a user id and checks that the caller may see the user.
func (c *call) target(a *args, name string) *User {
	id := a.number(name)
	if a.fail != nil {
		c.fail = a.fail
		return nil
	}
	u := c.s.users[id]
	switch {
	case u == nil:
		c.refuse("User with id '%d' doesn't exist", id)
	case !c.s.within(c.user.PartnerID, u.PartnerID):
		c.fail = forbidden()
	}
	return u
}

func getUserInfo(c *call) (result, *failure) {
	u := c.target(&c.args, "userId")
	if c.fail != nil {
		return result{}, c.fail
	}
	return result{value: userInfo(u)}, nil
}

// getUserInfoByName finds a user of a partner by name or e-mail address, and
// password.
func getUserInfoByName(c *call) (result, *failure) {
	p, name, password := c.partner("partnerId"), c.text("nameOrEmail"), c.text("password")
	if c.fail != nil {
		return result{}, c.fail
	}
	for _, u := range c.s.users {
		if u.PartnerID == p.ID && (u.Name == name || u.Email == name) && u.Password == password {
			return result{value: userInfo(u)}, nil
		}
	}
	return result{}, badCredentials()
}

// rootPartnerName answers with the name of the topmost partner.
func rootPartnerName(c *call) (result, *failure) {
	return result{value: c.s.partners[c.s.rootID].Name}, nil
}

// webBranding answers that a partner has no branding.
func webBranding(c *call) (result, *failure) {
	c.partner("partnerId")
	if c.fail != nil {
		return result{}, c.fail
	}
	return result{outs: map[string]any{"webBrandingArchive": nil}}, nil
}

// applyUser changes the members of a user that a UserInfo holds.
func (u *User) applyUser(a *args) {
	u.Name = a.textOr("Name", u.Name)
	u.Email = a.textOr("EmailAddress", u.Email)
	u.Password = a.textOr("Password", u.Password)
	u.FirstName = a.textOr("FirstName", u.FirstName)
	u.Title = a.textOr("Title", u.Title)
	u.Phone = a.textOr("PhoneNumber", u.Phone)
	u.RoleID = int(a.numberOr("RoleId", int64(u.RoleID)))
	if flags := a.texts("Flags"); flags != nil {
		u.Flags = flags
		for i, flag := range flags {
			if flag == "NonInteractiveUser" {
				u.Flags[i] = "NonInteractive" // what it is called where users are listed
			}
		}
	}
	if u.RoleID < 1 || u.RoleID > len(roles) {
		a.refuse("Unknown role %d", u.RoleID)
	}
}

func addUser(c *call) (result, *failure) {
	a := c.sub("userInfo")
	u := User{PartnerID: a.number("PartnerId"), RoleID: 7, Flags: []string{}}
	u.applyUser(a)
	if a.fail != nil {
		return result{}, a.fail
	}
	if _, f := c.s.visiblePartner(c.user, u.PartnerID); f != nil {
		return result{}, f
	}
	id, err := c.s.addUser(u)
	if err != nil {
		return result{}, refuse("Cannot add: %s", err)
	}
	return result{value: id}, nil
}

func modifyUser(c *call) (result, *failure) {
	a := c.sub("userInfo")
	old := c.target(a, "Id")
	if c.fail != nil {
		return result{}, c.fail
	}
	u := *old
	u.applyUser(a)
	if a.fail != nil {
		return result{}, a.fail
	}
	c.s.users[u.ID] = &u
	return result{void: true}, nil
}

func removeUser(c *call) (result, *failure) {
	u := c.target(&c.args, "userId")
	if c.fail != nil {
		return result{}, c.fail
	}
	delete(c.s.users, u.ID)
	return result{void: true}, nil
}

var roles = []string{"SuperUser", "Administrator", "Manager", "Operator", "Supporter", "Reporter", "Notifier"}

// named answers with a list of {Id, Name}, with ids from 1.
func named(list []string) func(*call) (result, *failure) {
	return func(*call) (result, *failure) {
		out := []any{}
		for i, name := range list {
			out = append(out, map[string]any{"Id": i + 1, "Name": name})
		}
		return result{value: out}, nil
	}
}

var partnerProperties = []string{"AllowedAutoUpdatePolicies", "VisiblePartnerEntityName", "AutomaticPaymentStatus", "PartnerBillingType",
	"CreditCardInfo", "DoubleCheckAvailable", "DefaultUserEmail", "EulaAccepted", "GoogleAnalyticsId", "Id3", "Id4", "Id5", "Id6",
	"LiveChatAvailable", "OriginIPAddress", "OriginKeywordId", "OriginUserAgent", "RegistrationSource", "RegistrationURL",
	"StorageNodeLiability", "PartnerStateChangePolicy", "TrackingToken", "AllowNonLoopbackAccess", "O365_EAP_Partner"}

func (p *Product) info() map[string]any {
	features := p.Features
	if features == nil {
		features = [][2]string{}
	}
	return map[string]any{"Id": p.ID, "Name": p.Name, "PartnerId": p.PartnerID, "Features": features}
}

// applies tells whether something that a partner owns is offered to another
// partner: to the owner itself and to those below it.
func (s *Server) applies(owner, to int64, ownOnly bool) bool {
	return owner == to || !ownOnly && s.within(owner, to)
}

func enumerateProducts(c *call) (result, *failure) {
	p, own := c.partner("partnerId"), c.flag("currentPartnerOnly")
	if c.fail != nil {
		return result{}, c.fail
	}
	list := []any{}
	for _, id := range slices.Sorted(maps.Keys(c.s.products)) {
		if product := c.s.products[id]; c.s.applies(product.PartnerID, p.ID, own) {
			list = append(list, product.info())
		}
	}
	return result{value: list}, nil
}

func getProductInfo(c *call) (result, *failure) {
	id := c.number("productId")
	if c.fail != nil {
		return result{}, c.fail
	}
	p := c.s.products[id]
	if p == nil {
		return result{}, noProduct(id)
	}
	return result{value: p.info()}, nil
}

func findProduct(c *call) (result, *failure) {
	p, name := c.partner("partnerId"), c.text("name")
	if c.fail != nil {
		return result{}, c.fail
	}
	for _, id := range slices.Sorted(maps.Keys(c.s.products)) {
		if product := c.s.products[id]; product.Name == name && c.s.applies(product.PartnerID, p.ID, false) {
			return result{value: product.info()}, nil
		}
	}
	return result{}, refuse("Product '%s' doesn't exist", name)
}

func (p *Profile) info() map[string]any {
	data := p.Data
	if data == nil {
		data = map[string]any{"BackupDataSourceSettings": []any{}}
	}
	return map[string]any{"Id": p.ID, "PartnerId": p.PartnerID, "Name": p.Name, "Version": p.Version, "ProfileData": data}
}

func enumerateProfiles(c *call) (result, *failure) {
	p := c.partner("partnerId")
	if c.fail != nil {
		return result{}, c.fail
	}
	list := []any{}
	for _, id := range slices.Sorted(maps.Keys(c.s.profiles)) {
		if profile := c.s.profiles[id]; c.s.applies(profile.PartnerID, p.ID, false) {
			list = append(list, profile.info())
		}
	}
	return result{value: list}, nil
}

func getProfileInfo(c *call) (result, *failure) {
	id := c.number("accountProfileId")
	if c.fail != nil {
		return result{}, c.fail
	}
	p := c.s.profiles[id]
	if p == nil {
		return result{}, noProfile(id)
	}
	return result{value: p.info()}, nil
}

func enumerateStorages(c *call) (result, *failure) {
	c.partner("partnerId")
	if c.fail != nil {
		return result{}, c.fail
	}
	return result{value: []any{map[string]any{"Id": storageID, "Name": "us-tr1", "LocationId": locationID, "PartnerId": c.s.rootID}}}, nil
}

func enumerateStorageNodes(c *call) (result, *failure) {
	id := c.number("storageId")
	switch {
	case c.fail != nil:
		return result{}, c.fail
	case id != storageID:
		return result{}, refuse("Storage with id '%d' doesn't exist", id)
	}
	return result{value: []any{c.s.nodeInfo(c.s.NodeHost)}}, nil
}

func getStorageNode(c *call) (result, *failure) {
	id := c.number("storageNodeId")
	switch {
	case c.fail != nil:
		return result{}, c.fail
	case id != nodeID:
		return result{}, refuse("Storage node with id '%d' doesn't exist", id)
	}
	return result{value: c.s.nodeInfo(c.s.NodeHost)}, nil
}

func storageNodesByAccount(c *call) (result, *failure) {
	ids, _ := c.numbers("accounts")
	if c.fail != nil {
		return result{}, c.fail
	}
	list := []any{}
	for _, id := range ids {
		e, f := c.s.account(c.user, id)
		if f != nil {
			return result{}, f
		}
		list = append(list, c.s.nodeInfo(c.s.nodeHost(&e.Device)))
	}
	return result{value: map[string]any{"StorageNodes": list}}, nil
}

func enumerateLocations(*call) (result, *failure) {
	return result{value: []any{map[string]any{"Id": locationID, "Name": "United States"}}}, nil
}

func serverInfo(c *call) (result, *failure) {
	return result{value: map[string]any{"Version": c.s.cfg.Version, "Time": c.s.now().Unix()}}, nil
}

func autoDeployCommand(c *call) (result, *failure) {
	p := c.partner("partnerId")
	profile := c.textOr("profileName", "Default")
	if c.fail != nil {
		return result{}, c.fail
	}
	return result{value: "bm#" + p.UID + "#" + strings.ReplaceAll(profile, " ", "_") + "#.exe -unattended-mode -silent"}, nil
}

func alwaysForbidden(*call) (result, *failure) { return result{}, forbidden() }
