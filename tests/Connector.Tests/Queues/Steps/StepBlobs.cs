using System.Collections.Concurrent;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace Connector.Tests.Queues.Steps;

/// <summary>The container of results in memory: each request is a step.</summary>
internal sealed class StepBlobs(StepRecorder steps) : BlobContainerClient
{
    private readonly ConcurrentDictionary<string, byte[]> _blobs = [];

    // How often each blob was put.
    private readonly ConcurrentDictionary<string, int> _versions = [];

    // Blocks that were staged, and those of blobs that were made of blocks.
    private readonly ConcurrentDictionary<(string Blob, string Id), byte[]> _blocks = [];

    public IReadOnlyDictionary<string, byte[]> All => _blobs;

    /// <summary>Writes a blob past all steps, as whoever has rows does.</summary>
    public void Put(string name, byte[] content)
    {
        _blobs[name] = content;
        _versions.AddOrUpdate(name, 1, (_, version) => version + 1);
    }

    public override BlobClient GetBlobClient(string blobName) => new Reader(this, steps, blobName);

    protected override BlockBlobClient GetBlockBlobClientCore(string blobName) => new Writer(this, steps, blobName);

    private static Uri UriOf(string name) => new($"https://memory.blob.core.windows.net/salesforce-results/{name}");

    private sealed class Reader(StepBlobs all, StepRecorder steps, string name) : BlobClient
    {
        public override Task<Response<BlobProperties>> GetPropertiesAsync(
            BlobRequestConditions? conditions = null, CancellationToken cancellationToken = default) =>
            steps.RunAsync(Service.Blob, "look", () => Task.FromResult(Response.FromValue(
                BlobsModelFactory.BlobProperties(contentLength: Find().Length, eTag: Tag), new StorageAnswer(200, Tag))));

        public override Task<Response<BlobDownloadStreamingResult>> DownloadStreamingAsync(
            BlobDownloadOptions? options = null, CancellationToken cancellationToken = default) =>
            steps.RunAsync(Service.Blob, "stream", () =>
            {
                if (options!.Conditions.IfMatch != Tag)
                {
                    throw new RequestFailedException(412, "The blob has changed.", "ConditionNotMet", null);
                }

                return Task.FromResult(Response.FromValue(
                    BlobsModelFactory.BlobDownloadStreamingResult(new MemoryStream(Find()[(int)options.Range.Offset..])), new StorageAnswer(200, Tag)));
            });

        public override Task<Stream> OpenReadAsync(
            long position = 0, int? bufferSize = null, BlobRequestConditions? conditions = null, CancellationToken cancellationToken = default) =>
            steps.RunAsync(Service.Blob, "read", () => Task.FromResult<Stream>(new MemoryStream(Find())));

        private ETag Tag => new($"\"{all._versions.GetValueOrDefault(name)}\"");

        private byte[] Find() =>
            all._blobs.TryGetValue(name, out var blob) ? blob : throw new RequestFailedException(404, "There is none.", "BlobNotFound", null);
    }

    private sealed class Writer(StepBlobs all, StepRecorder steps, string name) : BlockBlobClient
    {
        public override Uri Uri => UriOf(name);

        public override Task<Stream> OpenWriteAsync(bool overwrite, BlockBlobOpenWriteOptions? options = null, CancellationToken cancellationToken = default) =>
            Task.FromResult<Stream>(new Upload(all, steps, name));

        public override Task<Response<BlockInfo>> StageBlockAsync(
            string base64BlockId, Stream content, BlockBlobStageBlockOptions? options = null, CancellationToken cancellationToken = default) =>
            steps.RunAsync(Service.Blob, "stage", async () =>
            {
                var copy = new MemoryStream();
                content.Position = 0;
                await content.CopyToAsync(copy, cancellationToken);
                all._blocks[(name, base64BlockId)] = copy.ToArray();
                return Response.FromValue(BlobsModelFactory.BlockInfo([], [], ""), new StorageAnswer(201, default));
            });

        public override Task<Response<BlobContentInfo>> CommitBlockListAsync(
            IEnumerable<string> base64BlockIds, CommitBlockListOptions options, CancellationToken cancellationToken = default) =>
            steps.RunAsync(Service.Blob, "commit", () =>
            {
                all._blobs[name] = [.. base64BlockIds.SelectMany(id => all._blocks[(name, id)])];
                return Task.FromResult(Response.FromValue(BlobsModelFactory.BlobContentInfo(default, default, [], "", "", "", 0), new StorageAnswer(201, default)));
            });

        public override Task<Response<BlobContentInfo>> UploadAsync(Stream content, BlobUploadOptions options, CancellationToken cancellationToken = default) =>
            steps.RunAsync(Service.Blob, "write", async () =>
            {
                var copy = new MemoryStream();
                content.Position = 0;
                await content.CopyToAsync(copy, cancellationToken);
                all._blobs[name] = copy.ToArray();
                return Response.FromValue(
                    BlobsModelFactory.BlobContentInfo(default, default, [], "", "", "", 0), new StorageAnswer(201, default));
            });
    }

    private sealed class Upload(StepBlobs all, StepRecorder steps, string name) : MemoryStream
    {
        public override async ValueTask DisposeAsync()
        {
            await steps.RunAsync(Service.Blob, "write", () => Task.FromResult(all._blobs[name] = ToArray()));
            await base.DisposeAsync();
        }
    }
}
