using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Benchmarks.EmptyFunction;

/// <summary>Answers every request with the same small JSON object.</summary>
public static class EmptyHttp
{
    // Has a record's id, by which the measurement knows a right answer.
    private static readonly byte[] Json = """{"id":"001Dn0000070000IAA","success":true,"errors":[]}"""u8.ToArray();

#pragma warning disable IDE0060 // Unused parameter: a trigger is one.
    [Function(nameof(EmptyHttp))]
    public static IResult Run([HttpTrigger(AuthorizationLevel.Function, "post", Route = "empty")] HttpRequest request) =>
        Results.Bytes(Json, "application/json");
#pragma warning restore IDE0060
}
