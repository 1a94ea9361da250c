using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Azure.Storage.Blobs;
using Connector.Tests.Drivers;
using Connector.Tests.Hosting;
using SalesforceConnector.Contracts.Storage;
using SalesforceSimulator;

namespace Connector.Tests.Files;

/// <summary>Names and URLs of files that would lead elsewhere if they were taken as they are.</summary>
public sealed class HostileFileTests(AzuriteFixture azurite)
{
    private const int Count = 300;
    private const string Safe = @"\A(uploads/[0-9a-f]{32}|downloads/[0-9-]{10}/[0-9a-f]{32})/[A-Za-z0-9_-][A-Za-z0-9._-]*\z";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void No_content_URL_names_a_blob_of_another_place()
    {
        const string Account = "http://127.0.0.1:10000/devstoreaccount1/";
        const string Root = Account + "salesforce-files/";
        var container = new FileContainer(new Lazy<BlobContainerClient>(new BlobContainerClient(new Uri(Root.TrimEnd('/')))));
        HostileInputTests.Texts.Count.ShouldBeGreaterThan(Count);
        var found = 0;

        foreach (var url in HostileInputTests.Texts.SelectMany(text => (string[])[text, Root + text, $"{Root}in/{text}", Account + text, $"http://127.0.0.1:10000/{text}"]))
        {
            if (container.Find(url) is not { } blob)
            {
                continue;
            }

            found++;
            blob.Uri.ToString().ShouldStartWith(Root, Case.Sensitive, url);
            // Storage unescapes the name once.
            foreach (var path in (string[])[blob.Uri.OriginalString, Uri.UnescapeDataString(blob.Uri.OriginalString)])
            {
                path.Split('/', '\\').Where(segment => segment is "." or "..").ShouldBeEmpty(url);
            }
        }

        // Not all are refused: what may be a name is one.
        found.ShouldBeGreaterThan(Count);
    }

    [Fact]
    public async Task No_file_name_of_a_caller_leaves_the_folder_of_its_blob()
    {
        await using var app = await azurite.StartAppAsync(listensTo: []);

        foreach (var text in HostileInputTests.Texts.Take(Count))
        {
            using var content = new ByteArrayContent([1]);
            using var response = await app.Client.PostAsync(new Uri($"files/upload?fileName={Uri.EscapeDataString(text)}", UriKind.Relative), content, Cancellation);
            response.StatusCode.ShouldBeOneOf(HttpStatusCode.Created, HttpStatusCode.BadRequest);
            app.Calls.Where(call => call.Headers.ContainsKey("X-Evil")).ShouldBeEmpty();
        }

        var names = await NamesAsync(app);
        names.Count.ShouldBe(Count);
        names.ShouldAllBe(name => Regex.IsMatch(name, Safe));
        app.Calls.Count(call => call.Path.EndsWith("/sobjects/ContentVersion", StringComparison.Ordinal)).ShouldBeGreaterThan(50);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task No_file_name_of_Salesforces_leaves_the_folder_of_its_blob_or_its_header(bool toBlob)
    {
        await using var app = await azurite.StartAppAsync(listensTo: []);

        foreach (var text in HostileInputTests.Texts.Take(Count))
        {
            app.Org.ClearFaults();
            app.Org.AddFaults(
                new FaultRule { Path = "*/VersionData", Status = 200, ContentType = "application/octetstream", Body = "x" },
                new FaultRule { Path = "*/ContentVersion/*", Status = 200, Body = new JsonObject { ["Title"] = text, ["PathOnClient"] = text, ["ContentSize"] = 1 }.ToJsonString() });

            var reply = await app.PostAsync("files/download", new { contentVersionId = "068Dn0000070000IAA", toBlob });

            reply.Status.ShouldBe(HttpStatusCode.OK, $"{text}: {reply.Body}");
            reply.Headers.ShouldNotContainKey("X-Evil");
        }

        var names = await NamesAsync(app);
        names.Count.ShouldBe(toBlob ? Count : 0);
        names.ShouldAllBe(name => Regex.IsMatch(name, Safe));
    }

    private static async Task<IReadOnlyList<string>> NamesAsync(ConnectorApp app) =>
        await app.Queues.Container("salesforce-files").GetBlobsAsync(cancellationToken: Cancellation).Select(blob => blob.Name).ToListAsync(Cancellation);
}
