using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using SalesforceConnector.Contracts.Payloads;
using SalesforceConnector.Contracts.Problems;
using SalesforceConnector.Salesforce.Bodies;
using SalesforceConnector.Salesforce.Client;

namespace SalesforceConnector.Salesforce.Bulk;

/// <summary>Calls of Bulk API 2.0.</summary>
/// <remarks>Bulk API 2.0 and Bulk API Developer Guide. Of a job that writes, only the request to close it has an effect on records.</remarks>
public sealed class BulkJobs(SalesforceClient salesforce)
{
    internal const string Ingest = "jobs/ingest";
    internal const string Query = "jobs/query";

    private const string InvalidState = "INVALIDJOBSTATE";

    /// <summary>Creates a job. It writes nothing until it is closed, so a request without a reply can be repeated.</summary>
    internal Task<JobInfo> CreateAsync(Payload payload, NewIngestJob job, CancellationToken cancellationToken) =>
        CreateAsync(payload, Ingest, JsonSerializer.SerializeToUtf8Bytes(job, JobJson.Default.NewIngestJob), cancellationToken);

    /// <summary>Creates a job that reads. A request without a reply can be repeated: of two jobs, the first one is not used.</summary>
    internal Task<JobInfo> CreateAsync(Payload payload, NewQueryJob job, CancellationToken cancellationToken) =>
        CreateAsync(payload, Query, JsonSerializer.SerializeToUtf8Bytes(job, JobJson.Default.NewQueryJob), cancellationToken);

    /// <summary>Uploads a job's rows. A job takes one upload.</summary>
    /// <param name="copyAsync">Writes the rows to the request.</param>
    internal async Task UploadAsync(Payload payload, string id, Func<Stream, CancellationToken, Task> copyAsync, CancellationToken cancellationToken)
    {
        using var reply = await salesforce.SendAsync(
            payload,
            new SalesforceRequest(HttpMethod.Put, $"{Ingest}/{id}/batches")
            {
                Upload = () => new RowsContent(copyAsync),
                Forms = ReplyForms.Any,
                ReadsWhole = true,
            },
            cancellationToken).ConfigureAwait(false);
        if (reply.Status != StatusCodes.Status201Created)
        {
            throw new ConnectorException(JobInfo.Unexpected($"should have the status 201 after an upload, and has {reply.Status}"));
        }
    }

    internal async Task<JobInfo> GetAsync(Payload payload, string path, string id, CancellationToken cancellationToken)
    {
        using var reply = await salesforce.SendAsync(
            payload, new SalesforceRequest(HttpMethod.Get, $"{path}/{id}") { ReadsWhole = true }, cancellationToken).ConfigureAwait(false);
        return JobInfo.Read(reply.Bytes.Span);
    }

    /// <summary>Closes a job: Salesforce begins to write its rows.</summary>
    internal async Task CloseAsync(Payload payload, string id, CancellationToken cancellationToken)
    {
        using var reply = await ChangeAsync(payload, Ingest, id, JobState.UploadComplete, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Aborts a job, unless it has ended or is gone.</summary>
    internal async Task AbortAsync(Payload payload, string path, string id, CancellationToken cancellationToken)
    {
        try
        {
            using var reply = await ChangeAsync(payload, path, id, JobState.Aborted, cancellationToken).ConfigureAwait(false);
        }
        catch (SalesforceException e) when (e.Problem.ErrorCode == InvalidState || e.Problem.Status == StatusCodes.Status404NotFound)
        {
            // There is nothing to abort.
        }
    }

    /// <summary>Whether Salesforce refused a change, because the job's state does not allow it.</summary>
    internal static bool IsStateRefused(ConnectorException exception) =>
        exception is SalesforceException { Failure: CallFailure.Refused, Problem.Status: StatusCodes.Status400BadRequest };

    /// <summary>One of a job's results: CSV that is still streaming.</summary>
    internal Task<SalesforceReply> OpenResultsAsync(Payload payload, string id, string results, CancellationToken cancellationToken) =>
        salesforce.SendAsync(
            payload, new SalesforceRequest(HttpMethod.Get, $"{Ingest}/{id}/{results}") { Forms = ReplyForms.Media, LongUrl = null }, cancellationToken);

    /// <summary>A page of a query's results: CSV that is still streaming.</summary>
    /// <param name="locator">Where it begins; <see langword="null"/> for the first one.</param>
    /// <param name="maxRecords">The most rows in it.</param>
    internal Task<SalesforceReply> OpenPageAsync(Payload payload, string id, string? locator, int maxRecords, CancellationToken cancellationToken)
    {
        var from = locator is null ? "" : $"&locator={Uri.EscapeDataString(locator)}";
        return salesforce.SendAsync(
            payload,
            new SalesforceRequest(HttpMethod.Get, string.Create(CultureInfo.InvariantCulture, $"{Query}/{id}/results?maxRecords={maxRecords}{from}"))
            {
                Headers = [KeyValuePair.Create("Accept", "text/csv")],
                Forms = ReplyForms.Media | ReplyForms.Empty,
                LongUrl = null,
            },
            cancellationToken);
    }

    internal Task<SalesforceReply> ChangeAsync(Payload payload, string path, string id, string state, CancellationToken cancellationToken) =>
        salesforce.SendAsync(
            payload,
            new SalesforceRequest(
                HttpMethod.Patch, $"{path}/{id}", JsonSerializer.SerializeToUtf8Bytes(new JobStateChange(state), JobJson.Default.JobStateChange))
            {
                IsRead = path == Query,
                ReadsWhole = true,
            },
            cancellationToken);

    private async Task<JobInfo> CreateAsync(Payload payload, string path, byte[] job, CancellationToken cancellationToken)
    {
        using var reply = await salesforce.SendAsync(
            payload, new SalesforceRequest(HttpMethod.Post, path, job) { IsRead = true, ReadsWhole = true }, cancellationToken).ConfigureAwait(false);
        return JobInfo.Read(reply.Bytes.Span);
    }

    /// <summary>Rows as the body of a request. Their length is not known before they have been written.</summary>
    private sealed class RowsContent : HttpContent
    {
        private readonly Func<Stream, CancellationToken, Task> _copyAsync;

        public RowsContent(Func<Stream, CancellationToken, Task> copyAsync)
        {
            _copyAsync = copyAsync;
            Headers.ContentType = new MediaTypeHeaderValue("text/csv");
        }

        protected override Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context) =>
            SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context, CancellationToken cancellationToken) =>
            _copyAsync(stream, cancellationToken);

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
