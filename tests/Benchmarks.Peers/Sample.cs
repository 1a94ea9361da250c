using System.Text;

namespace Benchmarks.Peers;

/// <summary>The calls that are made, and what the org answers them with.</summary>
internal static class Sample
{
    public const string Token = "00DDn000000TEST!AQEAQBenchmarkTokenOfTheUsualLengthWhichIsOneHundredAndTwelveCharactersAltogether.OrSoItHasBeenSeen";
    public const string ClientId = "benchmark-client-id";
    public const string ClientSecret = "benchmark-client-secret";
    public const string RecordId = "001Dn0000070000IAA";
    public const string TokenPath = "/services/oauth2/token";
    public const string CollectionPath = "/services/data/v67.0/sobjects/Account";
    public const string RecordPath = $"{CollectionPath}/{RecordId}";
    public const string QueryPath = "/services/data/v67.0/query";

    /// <summary>What the path of a page begins with; the number of records before it follows.</summary>
    public const string PagePath = $"{QueryPath}/0r8Dn0000000001IAA-";

    /// <summary>The fields of <see cref="Record"/> that callers ask for.</summary>
    public const string FieldList = "Name,AccountNumber,Industry,AnnualRevenue,NumberOfEmployees,BillingCity,BillingCountry,Phone,Website,Description,OwnerId,CreatedDate,LastModifiedDate";

    /// <summary>The length of a reply to a query, about: the size that the connector is to pass on without growing.</summary>
    public const long LargeReplyBytes = 200_000_000;

    /// <summary>The length of a reply to a query with <see cref="Limit"/>, about: one that passes through the same code, by which nothing grows.</summary>
    public const long LimitedReplyBytes = 1_000_000;

    public const string Limit = "LIMIT 1000";

    /// <summary>The sObject whose query has a result of many pages.</summary>
    public const string PagedObject = "Lead";

    /// <summary>How many records the result of many pages has.</summary>
    public const int PagedRecords = 1_000_000;

    public const int PageRecords = 2_000;

    public static string GetPayload { get; } =
        $$"""{"queryParameters":{"fields":"{{FieldList}}"},"objectType":"Account","objectId":"{{RecordId}}"}""";

    public static string Fields { get; } =
        """{"Name":"Acme Manufacturing Ltd.","AccountNumber":"CD451796","Industry":"Manufacturing","AnnualRevenue":1234567.80,"NumberOfEmployees":350,"BillingStreet":"1 Main Street","BillingCity":"Portland","BillingPostalCode":"97201","BillingCountry":"USA","Phone":"(503) 421-7800","Website":"https://www.example.com","Description":null}""";

    public static string CreatePayload { get; } = $$"""{"fields":{{Fields}},"objectType":"Account"}""";

    public static string QueryPayload { get; } = """{"soqlQuery":"SELECT FIELDS(ALL) FROM Account"}""";

    public static string LimitedQueryPayload { get; } = $$"""{"soqlQuery":"SELECT FIELDS(ALL) FROM Account {{Limit}}"}""";

    public static string WholeResultPayload { get; } = $$"""{"soqlQuery":"SELECT Id, Name FROM {{PagedObject}}","fetchAll":true}""";

    /// <summary>A record of the result of many pages.</summary>
    public static string Lead { get; } =
        """{"attributes":{"type":"Lead","url":"/services/data/v67.0/sobjects/Lead/00QDn0000070000IAA"},"Id":"00QDn0000070000IAA","Name":"Betty Bair"}""";

    /// <summary>The record, as Salesforce writes one.</summary>
    public static ReadOnlyMemory<byte> Record { get; } = Encoding.UTF8.GetBytes(
        $$"""{"attributes":{"type":"Account","url":"{{RecordPath}}"},"Name":"Acme Manufacturing Ltd.","AccountNumber":"CD451796","Industry":"Manufacturing","AnnualRevenue":1234567.8,"NumberOfEmployees":350,"BillingCity":"Portland","BillingCountry":"USA","Phone":"(503) 421-7800","Website":"https://www.example.com","Description":"Maker of everything that a coyote could need, by post, to the whole of the desert; customer since the first catalogue. Orders are confirmed by phone, deliveries are announced a day ahead, and complaints go to the department that bears the name.","OwnerId":"005Dn0000070001IAA","CreatedDate":"2024-01-15T09:30:00.000+0000","LastModifiedDate":"2026-03-02T16:45:12.000+0000","Id":"{{RecordId}}"}""");

    public static ReadOnlyMemory<byte> Created { get; } = Encoding.UTF8.GetBytes($$"""{"id":"{{RecordId}}","success":true,"errors":[]}""");
}
