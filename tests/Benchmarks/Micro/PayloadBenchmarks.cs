using System.Text;
using BenchmarkDotNet.Attributes;
using Benchmarks.Peers;
using SalesforceConnector.Contracts.Json;
using SalesforceConnector.Operations;
using SalesforceConnector.Operations.Records;

namespace Benchmarks.Micro;

/// <summary>Reading payloads, which every call begins with.</summary>
[MemoryDiagnoser]
public class PayloadBenchmarks
{
    private static readonly byte[] Get = Encoding.UTF8.GetBytes(Sample.GetPayload);
    private static readonly byte[] Create = Encoding.UTF8.GetBytes(Sample.CreatePayload);

    [Benchmark]
    public GetRecordPayload ReadGetRecord() => PayloadReader.Read(Get, OperationJson.Default.GetRecordPayload);

    [Benchmark]
    public CreateRecordPayload ReadCreateRecord() => PayloadReader.Read(Create, OperationJson.Default.CreateRecordPayload);
}
