using Connector.Tests.Drivers;
using NSwag;
using NSwag.CodeGeneration.CSharp;

namespace Connector.Tests.OpenApi;

/// <summary>Clients that NSwag makes of the documents, as it does without settings, compiled and used.</summary>
public sealed class GeneratedClientTests(AzuriteFixture azurite)
{
    // What somebody writes against such a client. Both documents give the same names, but for values of any type.
    private const string Use = """
        using System;
        using System.Collections.Generic;
        using System.Linq;
        using System.Net.Http;
        using System.Threading.Tasks;
        using Generated;

        public static class Use
        {
            public static async Task<string> RunAsync(HttpClient http)
            {
                var client = new SalesforceClient(http) { BaseUrl = http.BaseAddress.ToString() };
                var steps = new List<string>();

                var created = await client.CreateRecordAsync(null, Key(), null, new CreateRecordPayload { ObjectType = "Account", Fields = Fields("Name", "NSwag") });
                steps.Add("created " + created.Success);
                var id = created.Id;

                var updated = await client.UpdateRecordAsync(
                    Prefer.Return_representation, Key(), null, new UpdateRecordPayload { ObjectType = "Account", ObjectId = id, Fields = Fields("External_Id__c", "nswag/1") });
                steps.Add("updated " + (updated.Id == id));

                var got = await client.GetRecordAsync(null, null, null, new GetRecordPayload
                {
                    ObjectType = "Account", ExternalIdField = "External_Id__c", ExternalId = "nswag/1", QueryParameters = PARAMETERS(QueryParameters, "fields", new[] { "Name" }),
                });
                steps.Add("got " + got.AdditionalProperties["Name"]);

                var found = await client.QueryAsync(null, null, null, new QueryPayload
                {
                    SoqlQuery = "SELECT Id FROM Account WHERE Name = :name", SoqlParameters = PARAMETERS(BindParameters, "name", "NSwag"),
                });
                steps.Add("found " + found.TotalSize);

                var upserted = await client.UpsertRecordAsync(null, Key(), null, new UpsertRecordPayload
                {
                    ObjectType = "Account", ExternalIdField = "External_Id__c", ExternalId = "nswag/1", Fields = Fields("Name", "NSwag 2"), AssignmentRule = false,
                });
                steps.Add("upserted " + upserted.Created);

                var deleted = await client.DeleteRecordAsync(DELETED, Key(), null, new DeleteRecordPayload { ObjectType = "Account", ObjectId = id });
                steps.Add("deleted " + deleted.Success);

                try
                {
                    await client.CreateRecordAsync(null, Key(), null, new CreateRecordPayload { ObjectType = "Account", Fields = new RecordFields() });
                }
                catch (ApiException<Problem> e)
                {
                    steps.Add("refused " + e.StatusCode + " " + e.Result.ErrorCode + " " + e.Result.Retryable);
                }

                try
                {
                    await client.LimitsAsync("respond-async", null, null, new LimitsPayload());
                }
                catch (ApiException<Accepted> e)
                {
                    steps.Add("accepted " + e.StatusCode);
                    while (true)
                    {
                        try
                        {
                            steps.Add("result " + (await client.GetResultAsync(e.Result.CorrelationId)).ToString().Contains("DailyApiRequests"));
                            break;
                        }
                        catch (ApiException later) when (later.StatusCode == 202)
                        {
                            await Task.Delay(20);
                        }
                    }
                }

                return string.Join(", ", steps);
            }

            static string Key() => Guid.NewGuid().ToString();

            static RecordFields Fields(string name, object value)
            {
                var fields = new RecordFields();
                fields.AdditionalProperties[name] = value;
                return fields;
            }
        }
        """;

    [Theory]
    [InlineData("openapi.json")]
    [InlineData("openapi-v2.json")]
    public async Task A_client_made_by_NSwag_works(string name)
    {
        await using var app = await azurite.StartAppAsync();
        var client = await GenerateAsync(name);
        var isVersion2 = name == "openapi-v2.json";
        var use = Use
            .Replace("DELETED", isVersion2 ? "Prefer2.Return_representation" : "Prefer.Return_representation", StringComparison.Ordinal)
            .Replace("PARAMETERS(QueryParameters, ", isVersion2 ? "Parameters(new QueryParameters(), p => p.AdditionalProperties, " : "Parameters(new QueryParameters(), p => p, ", StringComparison.Ordinal)
            .Replace("PARAMETERS(BindParameters, ", isVersion2 ? "Parameters(new BindParameters(), p => p.AdditionalProperties, " : "Parameters(new BindParameters(), p => p, ", StringComparison.Ordinal)
            .Replace("    static string Key()", """
                    static T Parameters<T>(T parameters, Func<T, IDictionary<string, object>> values, string name, object value)
                    {
                        values(parameters)[name] = value;
                        return parameters;
                    }

                    static string Key()
                """, StringComparison.Ordinal);

        var run = CompiledCode.Load("Generated", client, use).GetType("Use")!.GetMethod("RunAsync")!.CreateDelegate<Func<HttpClient, Task<string>>>();

        (await run(app.Client)).ShouldBe(
            "created True, updated True, got NSwag, found 1, upserted False, deleted True, refused 400 REQUIRED_FIELD_MISSING False, accepted 202, result True");
    }

    private static async Task<string> GenerateAsync(string name)
    {
        var document = await OpenApiDocument.FromJsonAsync(Repository.Read("functions", "OpenApi", name), TestContext.Current.CancellationToken);
        var settings = new CSharpClientGeneratorSettings { ClassName = "SalesforceClient" };
        settings.CSharpGeneratorSettings.Namespace = "Generated";
        return new CSharpClientGenerator(document, settings).GenerateFile();
    }
}
