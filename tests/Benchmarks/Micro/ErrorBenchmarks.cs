using System.Text;
using BenchmarkDotNet.Attributes;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Salesforce.Authentication;
using SalesforceConnector.Salesforce.Client;

namespace Benchmarks.Micro;

/// <summary>Telling what a failed call means.</summary>
[MemoryDiagnoser]
public class ErrorBenchmarks
{
    private static readonly byte[] Refusal = Encoding.UTF8.GetBytes(
        """[{"message":"Required fields are missing: [Name]","errorCode":"REQUIRED_FIELD_MISSING","fields":["Name"]}]""");

    private static readonly byte[] Html = Encoding.UTF8.GetBytes("<html><head><title>Bad Gateway</title></head><body><h1>502</h1></body></html>");

    private static readonly SalesforceCall Call = new(
        new CallTarget(OrgUrl.Parse("https://example.my.salesforce.com"), ApiVersion.Parse("v67.0"), new TokenSource.Fixed("token")),
        new SalesforceRequest(HttpMethod.Post, "sobjects/Account"),
        isComposite: false);

    [Benchmark]
    public object ClassifyRefusal() => SalesforceErrors.FromReply(400, Refusal, retryAfter: null, Call);

    [Benchmark]
    public object ClassifyHtml() => SalesforceErrors.FromReply(502, Html, retryAfter: null, Call);
}
