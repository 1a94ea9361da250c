using System.Text;
using BenchmarkDotNet.Attributes;
using Benchmarks.Peers;
using SalesforceConnector.Contracts.Json;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Operations;
using SalesforceConnector.Operations.Records;

namespace Benchmarks.Micro;

/// <summary>What the URLs of calls are made of.</summary>
[MemoryDiagnoser]
public class PathBenchmarks
{
    private static readonly GetRecordPayload Payload =
        PayloadReader.Read(Encoding.UTF8.GetBytes(Sample.GetPayload), OperationJson.Default.GetRecordPayload);

    [Benchmark]
    public string BuildPath() => $"sobjects/{Payload.ObjectType}/{Payload.ObjectId}{Payload.QueryParameters!.ToQueryString()}";

    [Benchmark]
    public RecordId ParseRecordId() => RecordId.Parse(Sample.RecordId);

    [Benchmark]
    public SObjectName ParseObjectName() => SObjectName.Parse("Account");
}
