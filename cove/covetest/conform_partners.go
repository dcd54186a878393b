package covetest

import (
	"slices"
)

type conformPartner struct {
	ID       int64 `json:"Id"`
	ParentID int64 `json:"ParentId"`
	Name     *string
	Level    string
}

func (c *conformance) partners() {
	c.Helper()
	var root, named conformPartner
	c.must("GetPartnerInfoById", map[string]any{"partnerId": c.user.PartnerID}, &root)
	if root.ID != c.user.PartnerID || root.Name == nil || *root.Name == "" || root.Level == "" {
		c.Fatalf("GetPartnerInfoById: id %d, a name: %v, level %q", root.ID, root.Name != nil, root.Level)
	}
	c.must("GetPartnerInfo", map[string]any{"name": *root.Name}, &named)
	if named.ID != root.ID {
		c.Errorf("GetPartnerInfo by name: id %d, want %d", named.ID, root.ID)
	}
	if a := c.call("GetPartnerInfo", map[string]any{"name": *root.Name + " "}); a.Error == nil {
		c.Errorf("GetPartnerInfo takes a name that is not exact")
	}
	if a := c.call("EnumeratePartners", map[string]any{"fetchRecursively": true}); a.data() != dataForbidden {
		c.Errorf("EnumeratePartners without a parent: data %d, want %d", a.data(), dataForbidden)
	}
	var all, direct []conformPartner
	c.must("EnumeratePartners", map[string]any{"parentPartnerId": root.ID, "fetchRecursively": true, "fields": []int{0, 1, 5, 18}}, &all)
	c.must("EnumeratePartners", map[string]any{"parentPartnerId": root.ID, "fetchRecursively": false, "fields": []int{0, 1}}, &direct)
	c.known = map[int64]bool{root.ID: true}
	children := 0
	for _, p := range all {
		if c.known[p.ID] {
			c.Errorf("EnumeratePartners lists %d twice, or the parent itself", p.ID)
		}
		c.known[p.ID] = true
		if p.ParentID == root.ID {
			children++
		}
		if p.Name == nil || p.Level == "" {
			c.Errorf("EnumeratePartners: %d lacks name or level, which were asked for", p.ID)
		}
	}
	deepest := root
	for _, p := range all {
		if !c.known[p.ParentID] {
			c.Errorf("EnumeratePartners: the parent %d of %d is not in the list", p.ParentID, p.ID)
		}
		if p.ParentID != root.ID {
			deepest = p
		}
	}
	if len(direct) != children {
		c.Errorf("EnumeratePartners: %d direct children, %d in the recursive list", len(direct), children)
	}
	c.tree(root, deepest, children)
}

// tree checks the other methods that list partners.
func (c *conformance) tree(root, deepest conformPartner, children int) {
	c.Helper()
	var tree struct {
		ActualChildCount int
		Info             conformPartner
		Children         []struct{ Info conformPartner }
	}
	c.must("EnumerateChildPartners", map[string]any{"partnerId": root.ID, "fields": []int{0, 1}, "partnerFilter": map[string]any{}, "range": map[string]any{"Offset": 0, "Size": 1}}, &tree)
	if tree.Info.ID != root.ID || tree.ActualChildCount != children || len(tree.Children) != min(1, children) {
		c.Errorf("EnumerateChildPartners: %d of %d children for a range of one, want %d", len(tree.Children), tree.ActualChildCount, children)
	}
	var line []conformPartner
	c.must("EnumerateAncestorPartners", map[string]any{"partnerId": deepest.ID}, &line)
	withSelf := len(line) > 0 && line[0].ID == deepest.ID
	c.Logf("AncestorsWithoutSelf: %v", !withSelf)
	for i := 1; i < len(line); i++ {
		if line[i-1].ParentID != line[i].ID {
			c.Errorf("EnumerateAncestorPartners: %d does not follow its child", line[i].ID)
		}
	}
	if deepest.ID != root.ID && !slices.ContainsFunc(line, func(p conformPartner) bool { return p.ID == root.ID }) {
		c.Errorf("EnumerateAncestorPartners does not reach the user's own partner")
	}
}
