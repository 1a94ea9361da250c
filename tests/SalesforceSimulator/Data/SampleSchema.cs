using System.Globalization;
using SalesforceSimulator.Files;
using static SalesforceSimulator.Data.FieldKinds;

namespace SalesforceSimulator.Data;

/// <summary>The sObjects of the sample org: the most used standard ones, and a custom one.</summary>
internal static class SampleSchema
{
    private static readonly string[] LeadSources = ["Web", "Phone Inquiry", "Partner Referral", "Purchased List", "Other"];
    private static readonly string[] Ratings = ["Hot", "Warm", "Cold"];

    public static Schema Create() => new([Account(), Contact(), Opportunity(), Lead(), Case(), User(), Organization(), Invoice(), .. FileSchema.All]);

    private static ObjectType Account() => new("Account", "Account", "Accounts", "001", WithSystemFields(
        owner: true,
        Required(Text("Name", 255, "Account Name")),
        Picklist("Type", "Prospect", "Customer - Direct", "Customer - Channel", "Technology Partner", "Other"),
        Reference("ParentId", "Account", "Parent", "ChildAccounts", label: "Parent Account ID"),
        Area("BillingStreet", 255, "Billing Street"),
        Text("BillingCity", 40, "Billing City"),
        Text("BillingState", 80, "Billing State/Province"),
        Text("BillingPostalCode", 20, "Billing Zip/Postal Code"),
        Text("BillingCountry", 80, "Billing Country"),
        Phone(),
        Text("AccountNumber", 40, "Account Number"),
        new Field("Website", FieldType.Url) { Length = 255 },
        Picklist("Industry", "Agriculture", "Apparel", "Biotechnology", "Construction", "Consulting", "Education", "Electronics", "Energy", "Hospitality", "Transportation"),
        Number("AnnualRevenue", FieldType.Currency),
        Number("NumberOfEmployees", FieldType.Int) with
        {
            Rule = new ValidationRule(value => value is JsonNumber { Value: < 0 }, "The number of employees must not be negative."),
        },
        Area("Description", label: "Account Description"),
        Picklist("Rating", Ratings),
        ExternalId(),
        SharedExternalId(),
        Number("Credit_Limit__c", FieldType.Double),
        Flag("Active__c")));

    private static ObjectType Contact() => new("Contact", "Contact", "Contacts", "003", WithSystemFields(
        owner: true,
        Reference("AccountId", "Account", "Account", "Contacts", cascade: true),
        Text("FirstName", 40, "First Name"),
        Required(Text("LastName", 80, "Last Name")),
        FullName(),
        Text("MailingCity", 40, "Mailing City"),
        Text("MailingCountry", 80, "Mailing Country"),
        Phone(),
        Phone("MobilePhone"),
        Email(),
        Reference("ReportsToId", "Contact", "ReportsTo"),
        Text("Title", 128),
        Text("Department", 80),
        Date("Birthdate"),
        Picklist("LeadSource", LeadSources),
        Area("Description", label: "Contact Description"),
        ExternalId(),
        SharedExternalId()));

    private static ObjectType Opportunity() => new("Opportunity", "Opportunity", "Opportunities", "006", WithSystemFields(
        owner: true,
        Reference("AccountId", "Account", "Account", "Opportunities", cascade: true),
        Required(Text("Name", 120)),
        Area("Description"),
        Required(Picklist("StageName", "Prospecting", "Qualification", "Proposal/Price Quote", "Negotiation/Review", "Closed Won", "Closed Lost")),
        Number("Amount", FieldType.Currency),
        Number("Probability", FieldType.Percent),
        Required(Date("CloseDate", "Close Date")),
        Picklist("Type", "New Customer", "Existing Customer - Upgrade"),
        Picklist("LeadSource", LeadSources),
        Formula("IsClosed", FieldType.Boolean, record => record["StageName"] is string stage && stage.StartsWith("Closed", StringComparison.Ordinal)),
        Formula("IsWon", FieldType.Boolean, record => record["StageName"] is "Closed Won"),
        ExternalId()));

    private static ObjectType Lead() => new("Lead", "Lead", "Leads", "00Q", WithSystemFields(
        owner: true,
        Text("FirstName", 40, "First Name"),
        Required(Text("LastName", 80, "Last Name")),
        FullName(),
        Text("Title", 128),
        Required(Text("Company", 255)),
        Text("City", 40),
        Text("Country", 80),
        Phone(),
        Email() with { MatchedByRule = true },
        Picklist("LeadSource", LeadSources),
        Picklist("Status", "Open - Not Contacted", "Working - Contacted", "Closed - Converted", "Closed - Not Converted") with { Default = "Open - Not Contacted" },
        Picklist("Rating", Ratings),
        Flag("IsConverted") with { Createable = false, Updateable = false },
        Area("Description"),
        ExternalId()));

    private static ObjectType Case() => new("Case", "Case", "Cases", "500", WithSystemFields(
        owner: true,
        Formula("CaseNumber", FieldType.String, record => (record.Ordinal + 1001).ToString("D8", CultureInfo.InvariantCulture), length: 30),
        Reference("ContactId", "Contact", "Contact", "Cases"),
        Reference("AccountId", "Account", "Account", "Cases"),
        Reference("ParentId", "Case", "Parent", "Cases", label: "Parent Case ID"),
        Picklist("Type", "Mechanical", "Electrical", "Electronic", "Structural", "Other"),
        Picklist("Status", "New", "Working", "Escalated", "Closed") with { Default = "New" },
        Picklist("Reason", "Installation", "Equipment Complexity", "Performance", "Breakdown", "Feedback", "Other"),
        Picklist("Origin", "Phone", "Email", "Web"),
        Text("Subject", 255),
        Picklist("Priority", "High", "Medium", "Low") with { Default = "Medium" },
        Area("Description"),
        Formula("IsClosed", FieldType.Boolean, record => record["Status"] is "Closed"),
        ExternalId()));

    private static ObjectType User() => new("User", "User", "Users", "005", WithSystemFields(
        owner: false,
        Required(Text("Username", 80)),
        Text("FirstName", 40, "First Name"),
        Required(Text("LastName", 80, "Last Name")),
        FullName(),
        Required(Email() with { IdLookup = true }),
        Required(Text("Alias", 8)),
        Text("Title", 80),
        Text("Department", 80),
        Flag("IsActive", start: true),
        Reference("ManagerId", "User", "Manager", "ManagedUsers")));

    private static ObjectType Organization() => new("Organization", "Organization", "Organizations", "00D", WithSystemFields(
        owner: false,
        Text("Name", 80),
        Text("OrganizationType", 40, "Edition"),
        Text("InstanceName", 5, "Instance Name"),
        Flag("IsSandbox", start: false)))
    { Unsupported = ["create", "delete"] };

    private static ObjectType Invoice() => new("Invoice__c", "Invoice", "Invoices", "a0B", WithSystemFields(
        owner: true,
        Formula("Name", FieldType.String, record => $"INV-{(record.Ordinal + 1).ToString("D4", CultureInfo.InvariantCulture)}", length: 80),
        Required(Reference("Account__c", "Account", "Account__r", "Invoices__r", cascade: true, label: "Account")),
        Number("Amount__c", FieldType.Currency),
        Date("Due_Date__c", "Due Date"),
        Time("Due_Time__c", "Due Time"),
        Picklist("Status__c", "Draft", "Sent", "Paid") with { Default = "Draft" },
        Flag("Paid__c"),
        Area("Notes__c", label: "Notes"),
        ExternalId()));
}
