using System.Globalization;
using SalesforceSimulator.Files;

namespace SalesforceSimulator.Data;

/// <summary>The initial records of an org: always the same ones, with the same ids.</summary>
internal static class SampleData
{
    private static readonly DateTimeOffset Start = new(2024, 1, 15, 9, 30, 0, TimeSpan.Zero);

    private static readonly (string First, string Last, string Title, string Department)[] Users =
    [
        ("Irene", "Integration", "Integration User", "IT"),
        ("Amara", "Okafor", "VP Sales", "Sales"),
        ("Jonas", "Weber", "Account Executive", "Sales"),
        ("Mei", "Tanaka", "Account Executive", "Sales"),
        ("Carlos", "Ramirez", "Support Lead", "Support"),
        ("Freya", "Lindqvist", "Support Agent", "Support"),
    ];

    private static readonly (string Name, string Industry, string Type, string City, string Country, int Employees, string Revenue, string Code)[] Accounts =
    [
        ("Express Logistics and Transport", "Transportation", "Customer - Channel", "Portland", "USA", 12300, "950000000", "ELT"),
        ("Edge Communications", "Electronics", "Customer - Direct", "Austin", "USA", 1000, "139000000", "EDGE"),
        ("Burlington Textiles Corp of America", "Apparel", "Customer - Direct", "Burlington", "USA", 9000, "350000000", "BTC"),
        ("Pyramid Construction Inc.", "Construction", "Customer - Channel", "Paris", "France", 2680, "950000000", "PYR"),
        ("Dickenson plc", "Consulting", "Customer - Channel", "Lawrence", "USA", 120, "50000000", "DICK"),
        ("Grand Hotels & Resorts Ltd", "Hospitality", "Customer - Direct", "Chicago", "USA", 5600, "500000000", "GHR"),
        ("United Oil & Gas Corp.", "Energy", "Customer - Direct", "New York", "USA", 145000, "5600000000", "UOG"),
        ("University of Arizona", "Education", "Customer - Direct", "Tucson", "USA", 39000, "1234567.89", "UOA"),
        ("GenePoint", "Biotechnology", "Customer - Channel", "Mountain View", "USA", 265, "30000000", "GENE"),
        ("Müller & Söhne GmbH", "Agriculture", "Prospect", "München", "Germany", 48, "4200000", "MUS"),
        ("O'Brien's Bakery", "Hospitality", "Prospect", "Dublin", "Ireland", 12, "380000", "SHARED"),
        ("100% Cotton_Co", "Apparel", "Prospect", "Lyon", "France", 75, "9100000", "SHARED"),
    ];

    private static readonly (string First, string Last, string Title, int Account)[] Contacts =
    [
        ("Babara", "Levy", "SVP, Operations", 0), ("Josh", "Davis", "Director, Warehouse Mgmt", 0),
        ("Rose", "Gonzalez", "SVP, Procurement", 1), ("Sean", "Forbes", "CFO", 1),
        ("Jack", "Rogers", "VP, Facilities", 2), ("Pat", "Stumuller", "SVP, Administration and Finance", 3),
        ("Andy", "Young", "SVP, Operations", 4), ("Tim", "Barr", "SVP, Administration and Finance", 5),
        ("Stella", "Pavlova", "SVP, Production", 6), ("Arthur", "Song", "CEO", 6),
        ("Jane", "Grey", "Dean of Administration", 7), ("Edna", "Frank", "VP, Technology", 8),
        ("Jürgen", "Müller", "Geschäftsführer", 9),
    ];

    private static readonly (string Name, int Account, string Stage, string Amount, string CloseDate)[] Opportunities =
    [
        ("Express Logistics Standby Generator", 0, "Closed Won", "220000", "2024-02-29"),
        ("Express Logistics SLA", 0, "Prospecting", "120000.50", "2024-09-30"),
        ("Edge Emergency Generator", 1, "Closed Won", "75000", "2024-03-15"),
        ("Edge Installation", 1, "Closed Lost", "50000", "2024-04-01"),
        ("Burlington Textiles Weaving Plant Generator", 2, "Closed Won", "235000", "2024-05-20"),
        ("Pyramid Emergency Generators", 3, "Prospecting", "100000", "2024-11-11"),
        ("Dickenson Mobile Generators", 4, "Qualification", "15000", "2024-12-24"),
        ("Grand Hotels Kitchen Generator", 5, "Proposal/Price Quote", "15000", "2024-08-08"),
        ("United Oil Refinery Generators", 6, "Negotiation/Review", "270000", "2024-10-10"),
        ("United Oil Standby Generators", 6, "Closed Won", "120000", "2023-12-31"),
        ("University of AZ Portable Generators", 7, "Closed Won", "50000", "2024-06-30"),
        ("GenePoint Lab Generators", 8, "Qualification", "60000", "2025-01-31"),
    ];

    private static readonly (string First, string Last, string Company, string Status)[] Leads =
    [
        ("Bertha", "Boxer", "Farmers Coop. of Florida", "Working - Contacted"), ("Phyllis", "Cotton", "Abbott Insurance", "Open - Not Contacted"),
        ("Jeff", "Glimpse", "Jackson Controls", "Open - Not Contacted"), ("Mike", "Braund", "Metropolitan Health Services", "Open - Not Contacted"),
        ("Patricia", "Feager", "International Shipping Co.", "Working - Contacted"), ("Brenda", "Mcclure", "Cadinal Inc.", "Working - Contacted"),
        ("Violet", "Maccleod", "Emerson Transport", "Working - Contacted"), ("Kathy", "Snyder", "TNR Corp.", "Working - Contacted"),
        ("Tom", "James", "Delphi Chemicals", "Working - Contacted"), ("Shelly", "Brownell", "Western Telecommunications Corp.", "Working - Contacted"),
        ("Pamela", "Owenby", "Hendrickson Trading", "Closed - Not Converted"), ("Norm", "May", "Greenwich Media", "Working - Contacted"),
    ];

    private static readonly (string Subject, int Contact, string Status, string Priority, string Origin)[] Cases =
    [
        ("Starting generator after electrical failure", 2, "Closed", "Medium", "Web"), ("Performance inadequate for second consecutive week", 3, "New", "High", "Email"),
        ("Cannot start generator after electrical failure", 4, "Closed", "Medium", "Phone"), ("Delay in installation; spare parts unavailable", 0, "Escalated", "High", "Phone"),
        ("Seeking guidance on electrical wiring installation", 1, "Closed", "Low", "Web"), ("Power generation below stated level", 8, "New", "Medium", "Email"),
        ("Design issue with mechanical rotor", 9, "Escalated", "High", "Web"), ("Electronic panel fitting loose", 10, "Closed", "Low", "Phone"),
        ("Frequent mechanical breakdown", 11, "Working", "High", "Web"), ("Maintenance guidelines for generator unclear", 5, "Closed", "Low", "Email"),
        ("Shutting down of generator", 7, "New", "Medium", "Web"), ("Structural failure of generator base", 6, "Working", "High", "Phone"),
    ];

    public static void Load(Store store)
    {
        var loader = new Loader(store);
        var users = loader.Add("User", Users, user =>
        [
            ("Username", $"{user.First}.{user.Last}@example.com".ToLowerInvariant()), ("FirstName", user.First), ("LastName", user.Last),
            ("Email", $"{user.First}.{user.Last}@example.com".ToLowerInvariant()), ("Alias", user.First.ToLowerInvariant()),
            ("Title", user.Title), ("Department", user.Department), ("IsActive", user.Last != "Lindqvist"),
        ]);
        foreach (var seller in users[2..4])
        {
            store.Put(seller.With([KeyValuePair.Create<string, object?>("ManagerId", users[1].Id)]));
        }

        loader.Add("Organization", ["Simulated Org"], name =>
        [
            ("Name", name), ("OrganizationType", "Developer Edition"), ("InstanceName", "SIM1"), ("IsSandbox", false),
        ]);
        var accounts = loader.Add("Account", Accounts, account =>
        [
            ("Name", account.Name), ("Industry", account.Industry), ("Type", account.Type), ("BillingCity", account.City),
            ("BillingCountry", account.Country), ("NumberOfEmployees", Number(account.Employees)), ("AnnualRevenue", new JsonNumber(account.Revenue)),
            ("External_Id__c", $"ACC-{account.Code}-{account.Employees}"), ("Legacy_Code__c", account.Code), ("Active__c", account.Type != "Prospect"),
        ]);
        var contacts = loader.Add("Contact", Contacts, contact =>
        [
            ("AccountId", accounts[contact.Account].Id), ("FirstName", contact.First), ("LastName", contact.Last), ("Title", contact.Title),
            ("Email", $"{contact.Last}@example.org".ToLowerInvariant()), ("External_Id__c", $"CON-{contact.First}-{contact.Last}"),
            ("Legacy_Code__c", Accounts[contact.Account].Code),
        ]);
        loader.Add("Opportunity", Opportunities, opportunity =>
        [
            ("AccountId", accounts[opportunity.Account].Id), ("Name", opportunity.Name), ("StageName", opportunity.Stage),
            ("Amount", new JsonNumber(opportunity.Amount)), ("CloseDate", opportunity.CloseDate),
        ]);
        loader.Add("Lead", Leads, lead =>
        [
            ("FirstName", lead.First), ("LastName", lead.Last), ("Company", lead.Company), ("Status", lead.Status),
            ("Email", $"{lead.First}.{lead.Last}@example.net".ToLowerInvariant()), ("IsConverted", false),
        ]);
        loader.Add("Case", Cases, sample =>
        [
            ("ContactId", contacts[sample.Contact].Id), ("AccountId", contacts[sample.Contact]["AccountId"]), ("Subject", sample.Subject),
            ("Status", sample.Status), ("Priority", sample.Priority), ("Origin", sample.Origin),
        ]);
        loader.Add("Invoice__c", Enumerable.Range(0, 12).ToArray(), i =>
        [
            ("Account__c", accounts[i / 2].Id), ("Amount__c", new JsonNumber($"{(i + 1) * 1000}.00")), ("Due_Date__c", $"2024-{i + 1:D2}-28"),
            ("Status__c", i % 3 == 0 ? "Paid" : "Sent"), ("Paid__c", i % 3 == 0), ("External_Id__c", $"INV/{i + 1:D2}"),
        ]);
        SampleFiles.Load(accounts[0].Id, (type, values) => loader.Add(type, [values], sample => sample)[0]);
        store.Commit();
    }

    private static JsonNumber Number(int value) => new(value.ToString(CultureInfo.InvariantCulture));

    private sealed class Loader(Store store)
    {
        public Record[] Add<T>(string typeName, T[] samples, Func<T, (string Field, object? Value)[]> values)
        {
            var type = store.Schema[typeName];
            return [.. samples.Select((sample, i) => Insert(type, values(sample), Start.AddDays(7 * i)))];
        }

        private Record Insert(ObjectType type, (string Field, object? Value)[] values, DateTimeOffset created)
        {
            var all = values.ToDictionary(value => value.Field, value => value.Value);
            var time = SalesforceTime.Format(created);
            all["CreatedDate"] = all["LastModifiedDate"] = all["SystemModstamp"] = time;
            all["CreatedById"] = all["LastModifiedById"] = Org.UserId;
            all["IsDeleted"] = false;
            if (type.FindField("OwnerId") is not null)
            {
                all["OwnerId"] = RecordIds.Create("005", 2 + (store[type].Next % 2));
            }

            return store.Insert(type, all);
        }
    }
}
