package covetest

// managementMethods are the methods of /jsonapi but Login.
var managementMethods = map[string]method{
	"GetPartnerInfo":            {run: getPartnerInfo},
	"GetPartnerInfoById":        {run: getPartnerInfoByID},
	"GetPartnerInfoByUid":       {run: getPartnerInfoByUID},
	"EnumeratePartners":         {run: enumeratePartners},
	"EnumerateChildPartners":    {run: enumerateChildPartners},
	"GetPartnerTree":            {run: getPartnerTree},
	"EnumerateAncestorPartners": {run: enumerateAncestors},
	"ModifyPartner":             {run: modifyPartner, write: true},
	"AddPartner":                {run: addPartner, write: true},

	"EnumerateAccountStatistics": {run: statistics},
}
